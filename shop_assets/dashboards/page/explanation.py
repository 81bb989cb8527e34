"""The page of one customer: why each feature is 1 or 0, with the purchases that decided it.

It has ids, times, amounts and products, and no name, address, phone, e-mail or number of a card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from gettext import NullTranslations
from typing import Any, Final
from zoneinfo import ZoneInfo

from shop_assets.dashboards.page.templates import own_text, page_environment
from shop_assets.features.customer_rows import CustomerRows
from shop_assets.features.explanation import MEMBER_COLUMN, Verdict
from shop_assets.language.translations import translations
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.settings import BusinessSettings

SHOWN_PURCHASES: Final = 20
"""Of each feature, the latest ones: a customer of years would fill a page of many megabytes."""


@dataclass(frozen=True)
class ExplainedFeature:
    """A feature as the page shows it; `published` is the other value that was published, or None."""

    name: str
    title: str
    value: int
    condition: str
    inputs: Mapping[str, str]
    published: int | None
    purchases: Sequence[Sequence[str]]
    more: int


def render_explanation(
    rows: CustomerRows, verdicts: Sequence[Verdict], day: date, settings: BusinessSettings, dashboard: str | None = None
) -> bytes:
    """Render the HTML file of one customer.

    Args:
        rows: What MART knows about the customer.
        verdicts: On each feature to show, in their order.
        day: The day at whose end the features are computed.
        settings: The time zone in which times are shown, and the language.
        dashboard: The address of the dashboard to link, relative to this file; None for no link.

    Returns:
        The file in UTF-8; it makes no request.
    """
    words, time_zone = translations(settings.language), ZoneInfo(settings.timezone)
    environment = page_environment()
    customer = rows.customer
    page = environment.get_template("explanation.html.j2").render(
        _=words.gettext,
        language=settings.language or "ru",
        style=own_text(environment, "style.css"),
        customer=without_contacts(str(customer["customer_id"])),
        day=day.strftime(words.gettext("%d.%m.%Y")),
        timezone=settings.timezone,
        registered=_shown(customer["registration_date"], words, time_zone),
        member=_membership(customer["is_loyalty_member"], words),
        purchases=len(rows.baskets),
        features=[_feature(verdict, rows, words, time_zone) for verdict in verdicts],
        dashboard=dashboard,
    )
    return page.encode()


def _feature(verdict: Verdict, rows: CustomerRows, words: NullTranslations, time_zone: ZoneInfo) -> ExplainedFeature:
    decided = frozenset(verdict.purchases)
    baskets = [basket for basket in rows.baskets if str(basket["purchase_id"]) in decided]
    latest = sorted(baskets, key=lambda basket: basket["purchase_datetime"], reverse=True)[:SHOWN_PURCHASES]
    published = rows.published.get(verdict.feature.name)
    return ExplainedFeature(
        name=verdict.feature.name,
        title=words.gettext(verdict.feature.title),
        value=verdict.value,
        condition=verdict.feature.condition,
        inputs={
            name: _membership(value, words) if name == MEMBER_COLUMN else _shown(value, words, time_zone)
            for name, value in verdict.inputs.items()
        },
        published=published if published not in (None, verdict.value) else None,
        purchases=[_purchase(basket, verdict, rows, words, time_zone) for basket in latest],
        more=len(baskets) - len(latest),
    )


def _purchase(
    basket: Mapping[str, Any], verdict: Verdict, rows: CustomerRows, words: NullTranslations, time_zone: ZoneInfo
) -> list[str]:
    lines = rows.deciding_lines(str(basket["purchase_id"]), verdict.inputs)
    facts = (basket[name] for name in ("purchase_datetime", "purchase_id", "store_id", "total_amount"))
    products = ", ".join(str(line["product_name"] or line["product_id"]) for line in lines)
    return [_shown(fact, words, time_zone) for fact in (*facts, products)]


def _membership(value: Any, words: NullTranslations) -> str:
    if value is None:
        return words.gettext("неизвестно")
    return words.gettext("да") if value else words.gettext("нет")


def _shown(value: object, words: NullTranslations, time_zone: ZoneInfo) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return words.gettext("да") if value else words.gettext("нет")
        case datetime():
            return value.astimezone(time_zone).strftime(words.gettext("%d.%m.%Y %H:%M"))
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return without_contacts(str(value))
