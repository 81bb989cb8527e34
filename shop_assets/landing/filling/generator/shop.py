"""The parameters of the generator: the size of the shop, the seed, and the as-of date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shop_assets.landing.errors import InvalidShopError

HISTORY_DAYS: Final = 120
"""Purchases are made on this many days before `as_of`: longer than any window of the features (90 days)."""


@dataclass(frozen=True)
class Shop:
    """A shop to generate. Nothing in it is later than the midnight (UTC) that begins the day `as_of`.

    Raises InvalidShopError where a purchase would have no customer, product or store to refer to.
    """

    seed: int
    stores: int
    products: int
    customers: int
    purchases: int
    as_of: date
    dirty_share: float = 0.0

    def __post_init__(self) -> None:
        if min(self.stores, self.products, self.customers, self.purchases) < 0:
            raise InvalidShopError("the numbers of stores, products, customers and purchases must not be negative")
        if self.customers and not self.stores:
            raise InvalidShopError("customers register in a store: ask for at least 1 store")
        if self.purchases and not (self.customers and self.products):
            raise InvalidShopError("purchases need at least 1 customer, 1 product and 1 store")
        if not 0 <= self.dirty_share <= 1:
            raise InvalidShopError("the share of dirty documents must be between 0 and 1")

    @property
    def end(self) -> datetime:
        """Everything in the shop is earlier than this."""
        return datetime.combine(self.as_of, time(), tzinfo=UTC)

    def days(self) -> Iterator[date]:
        """List the days on which purchases are made.

        Returns:
            The `HISTORY_DAYS` days before `as_of`, from the earliest.
        """
        return (self.as_of - timedelta(days=back) for back in range(HISTORY_DAYS, 0, -1))


def default_shop(as_of: date) -> Shop:
    """Create the shop that is generated when nothing else is requested.

    Args:
        as_of: The day before which all of its purchases are made.

    Returns:
        A clean shop of a few hundred documents.
    """
    return Shop(seed=42, stores=45, products=100, customers=90, purchases=200, as_of=as_of)


def iso(moment: datetime) -> str:
    """A time as the documents write it, to the second: `2026-05-01T12:30:00Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
