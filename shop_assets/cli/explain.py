"""`shop explain`: why a customer has each feature or not."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from shop_assets.cli.services import running_services
from shop_assets.cli.terminal.options import AsJson, Day, last_complete_day, require_complete_day, require_writable
from shop_assets.cli.terminal.output import say, working, write_output
from shop_assets.documents.pseudonyms import comparable_id
from shop_assets.errors import InputError
from shop_assets.language.counts import counted
from shop_assets.settings import Settings
from shop_assets.wrapping import print_wrapped

if TYPE_CHECKING:
    from shop_assets.features.customer_rows import CustomerRows
    from shop_assets.features.explanation import Verdict

SHOWN_PURCHASES: Final = 5
CUSTOMER_INPUTS: Final = ("registration_date", "is_loyalty_member")
MEMBERSHIP: Final = {
    True: "a loyalty member",
    False: "no loyalty member",
    None: "not known to be a loyalty member",
}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("explain")(explain)


def _complete_features(incomplete: str) -> list[str]:
    from shop_assets.features.definitions import FEATURE_NAMES

    return [name for name in FEATURE_NAMES if name.startswith(incomplete)]


def explain(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Id of the customer in MART.")],
    day: Day = None,
    feature: Annotated[
        str | None, typer.Option(help="Only this feature; all by default.", autocompletion=_complete_features)
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write it as one self-contained HTML page to this file instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Explain each feature of a customer: its value, the rule with its numbers, and the purchases that decided it.

    Computed from MART as it is now, by the code that computes the matrix; takes as long as Spark takes to start. If
    another value was published, it is shown too: MART has changed since.
    """
    from shop_assets.features.definitions import FEATURE_NAMES

    if feature is not None and feature not in FEATURE_NAMES:
        close = ", ".join(difflib.get_close_matches(feature, FEATURE_NAMES)) or f"for example {FEATURE_NAMES[0]}"
        raise InputError(f"No feature is called {feature} ({close}); docs/features.md has all.")
    if html is not None:
        if as_json:
            raise InputError("--html and --json do not go together: one page or one JSON.")
        require_writable(html, "--html")
    wanted = require_complete_day(day.date()) if day else None
    with working("looking for the services"):
        settings = running_services()
    (found,) = explain_all(settings, [customer], wanted or last_complete_day(settings))
    explained = replace(found, verdicts=[one for one in found.verdicts if feature in (None, one.feature.name)])
    if html is not None:
        write_output(html, explained.as_html(settings), "--html")
        say(f"{explained.day}: {customer} explained in {html}", error=True)
    elif as_json:
        typer.echo(json.dumps(explained.as_json(), ensure_ascii=False, indent=2, default=_json_value))
    else:
        explained.show(ZoneInfo(settings.timezone))


def explain_all(settings: Settings, customers: Sequence[str], day: date) -> "list[Explained]":
    """Explain all features of customers as of the end of a day, in their order; Spark is started once."""
    with working("reading MART"):
        from shop_assets.cli.running.step_output import silent_java
        from shop_assets.features.customer_rows import read_customer
        from shop_assets.features.errors import UnknownCustomerError
        from shop_assets.features.explanation import explain as explain_customers
        from shop_assets.features.resource import spark_resource
        from shop_assets.warehouse.resource import reader_resource

        ids = dict.fromkeys(comparable_id(customer) or customer for customer in customers)
        try:
            with reader_resource(settings).client() as client:
                rows = [read_customer(client, customer, day, settings.timezone) for customer in ids]
        except UnknownCustomerError as error:
            raise InputError(str(error)) from error
    with (
        working("computing the features with Spark"),
        silent_java(),
        spark_resource(settings).on_demand() as start_spark,
    ):
        spark = start_spark()
        known, baskets = zip(*(each.frames(spark) for each in rows), strict=True)
        verdicts = explain_customers(
            reduce(lambda one, other: one.union(other), known),
            reduce(lambda one, other: one.union(other), baskets),
            day,
            settings.timezone,
        )
    return [Explained(day, each, verdicts[each.customer["customer_id"]]) for each in rows]


@dataclass(frozen=True)
class Explained:
    """The verdicts on one customer on a day, with the rows that they come from."""

    day: date
    rows: "CustomerRows"
    verdicts: "Sequence[Verdict]"

    def as_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        decided = {purchase for verdict in self.verdicts for purchase in verdict.purchases}
        return {
            "customer": self.rows.customer["customer_id"],
            "day": self.day,
            **{name: self.rows.customer[name] for name in CUSTOMER_INPUTS},
            "features": [
                {
                    "feature": verdict.feature.name,
                    "value": verdict.value,
                    "published": self.rows.published.get(verdict.feature.name),
                    "meaning": verdict.feature.description,
                    "condition": verdict.feature.condition,
                    "inputs": verdict.inputs,
                    "purchases": verdict.purchases,
                }
                for verdict in self.verdicts
            ],
            "purchases": [
                {**basket, "lines": self.rows.lines.get(str(basket["purchase_id"]), [])}
                for basket in self.rows.baskets
                if basket["purchase_id"] in decided
            ],
        }

    def as_html(self, settings: Settings, dashboard: str | None = None) -> bytes:
        """The same as a page, which links the dashboard at a relative address."""
        from shop_assets.dashboards.page.explanation import render_explanation

        return render_explanation(self.rows, self.verdicts, self.day, settings, dashboard)

    def show(self, zone: ZoneInfo) -> None:
        """Print the same for people, with the times of a zone."""
        for line in self.lines(zone):
            print_wrapped(Console(), Text.from_markup(line), hanging=2)

    def lines(self, zone: ZoneInfo) -> Iterator[str]:
        """The lines that `show` prints, with markup; the zone is named once."""
        customer = self.rows.customer
        member = MEMBERSHIP[customer["is_loyalty_member"]]
        purchases = counted(len(self.rows.baskets), "purchase")
        yield f"[bold]{escape(customer['customer_id'])}[/] at the end of {self.day}: {purchases},"
        yield f"registered {_shown(customer['registration_date'], zone)} ({zone.key}), {member}"
        for verdict in self.verdicts:
            yield ""
            yield from self._lines_of(verdict, zone)

    def _lines_of(self, verdict: "Verdict", zone: ZoneInfo) -> Iterator[str]:
        sign = "[green]1[/]" if verdict.value else "[dim]0[/]"
        yield f"{sign} [bold]{verdict.feature.name}[/]: 1 when {verdict.feature.description}"
        yield escape(f"    {verdict.feature.condition}")
        for name, value in verdict.inputs.items():
            is_unknown = value is None and name in CUSTOMER_INPUTS  # of purchases there is none
            yield escape(f"    {name} = {'unknown' if is_unknown else _shown(value, zone)}")
        published = self.rows.published.get(verdict.feature.name)
        if published is not None and published != verdict.value:
            yield f"    [yellow]published as {published}: MART has changed since; shop backfill computes it again[/]"
        baskets = {str(basket["purchase_id"]): basket for basket in self.rows.baskets}
        for purchase in verdict.purchases[:SHOWN_PURCHASES]:
            yield escape(f"    {self._purchase(baskets[purchase], verdict, zone)}")
        if (more := len(verdict.purchases) - SHOWN_PURCHASES) > 0:
            yield f"    … and {counted(more, 'more purchase')} (--json has all)"

    def _purchase(self, basket: Mapping[str, Any], verdict: "Verdict", zone: ZoneInfo) -> str:
        purchase = str(basket["purchase_id"])
        lines = self.rows.deciding_lines(purchase, verdict.inputs)
        products = [f"{line['product_id']} {line['product_group']}" for line in lines]
        moment = _shown(basket["purchase_datetime"], zone)
        facts = [purchase, moment, _text(basket["total_amount"]), str(basket["store_id"])]
        return "  ".join([*facts, ", ".join(products)]).rstrip()


def _shown(value: object, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else _text(value)


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else _text(value)


def _text(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)
