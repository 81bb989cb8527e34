"""How many documents there should be: stores exactly, products and purchases at least. Several stages count them."""

from dataclasses import dataclass

from shop_assets.documents.kinds import PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.settings import Settings


@dataclass(frozen=True)
class ExpectedCount:
    """How many documents of a kind there should be.

    Attributes:
        kind: The kind.
        setting: The field of `Settings` that changes the limit.
        limit: How many there should be.
        is_exact: Whether more would be wrong too.
    """

    kind: DocumentKind
    setting: str
    limit: int
    is_exact: bool = False

    def is_met(self, number: int) -> bool:
        """Whether a number of documents is right.

        Args:
            number: How many there are.
        """
        return number == self.limit if self.is_exact else number >= self.limit

    @property
    def described(self) -> str:
        """The limit in words: `exactly 45`."""
        return f"{'exactly' if self.is_exact else 'at least'} {self.limit}"


def expected_counts(settings: Settings) -> list[ExpectedCount]:
    """The counts that the settings expect.

    Args:
        settings: The limits.

    Returns:
        One for each kind that has a limit.
    """
    return [
        ExpectedCount(STORES, "expected_stores", settings.expected_stores, is_exact=True),
        ExpectedCount(PRODUCTS, "minimum_products", settings.minimum_products),
        ExpectedCount(PURCHASES, "minimum_purchases", settings.minimum_purchases),
    ]
