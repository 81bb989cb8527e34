"""The summary of a run for people: assets, checks, failures, and the CSV. Fits a terminal of 80 columns.

Its sentences are in the language of the settings, English by default. Names of assets, columns and checks, what checks
found and errors stay English: people search for them and quote them.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from gettext import NullTranslations
from itertools import groupby, islice
from typing import Final

from babel.numbers import format_decimal
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from shop_assets.cli.dashboard import save_page
from shop_assets.cli.running.outcome import FAILED, PASSED, WARNING, AssetRow, CheckRow, Outcome
from shop_assets.cli.ui import ui_address
from shop_assets.language.translations import Language, translations
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import find_report, read_report
from shop_assets.settings import Settings
from shop_assets.wrapping import print_wrapped, wrapped

FIRST_ROWS: Final = 5
NAME_WIDTH: Final = 34
"""Of a check's name; the longest has as many characters."""

INDENT: Final = 10
"""Of a check's name, and of what it found below that."""

SHOWN_STEPS: Final = 4

ENGLISH: Final = NullTranslations()
"""The texts as they are here: those of every command but `shop run`."""


def print_summary(console: Console, outcome: Outcome, settings: Settings, day: date) -> None:
    """Print the whole summary; for a failed run, print what failed instead of the CSV."""
    words = translations(settings.language)
    if outcome.assets:
        console.print(_assets(outcome.assets, settings.language))
    if outcome.checks:
        print_checks(console, outcome.checks, words)
    print_failures(console, outcome, words)
    if any(row.rejected for row in outcome.assets):
        console.print(f"\n{words.gettext('The rejected documents: shop rejects list')}", soft_wrap=True)
    if outcome.success:
        _print_report(console, settings, day)


def print_checks(console: Console, rows: Iterable[CheckRow], words: NullTranslations = ENGLISH) -> None:
    """Print each check under its asset, and what it found behind its name; on a narrow terminal below it, for all."""
    listed = list(rows)
    width = console.width if console.is_terminal else None
    is_wide = width is None or all(INDENT + NAME_WIDTH + 1 + len(row.found) <= width for row in listed)
    console.print(f"\n{words.gettext('Checks')}", style="italic")
    for asset, checks in groupby(listed, key=lambda row: row.asset):
        console.print(asset, highlight=False)
        for check in checks:
            for line in _check_lines(check, None if is_wide else width):
                console.print(line, highlight=False, soft_wrap=True)


def print_failures(console: Console, outcome: Outcome, words: NullTranslations = ENGLISH) -> None:
    """Print each error once, with the steps that failed with it, and how many steps could not run."""
    for failure in outcome.failures:
        failed = words.gettext("{steps} failed:").format(steps=_listed(failure.steps, words))
        print_wrapped(console, Text.assemble("\n", (failed, "bold red"), " ", failure.error))
    if outcome.not_run:
        count = len(outcome.not_run)
        sentence = words.ngettext(
            "{count} step after that could not run.", "{count} steps after that could not run.", count
        )
        console.print(sentence.format(count=count), highlight=False)


def _listed(steps: Sequence[str], words: NullTranslations) -> str:
    listed = ", ".join(steps[:SHOWN_STEPS])
    if (more := len(steps) - SHOWN_STEPS) <= 0:
        return listed
    return words.gettext("{steps} and {more} more").format(steps=listed, more=more)


def _assets(rows: Iterable[AssetRow], language: Language | None) -> Table:
    words, locale = translations(language), language or "en"
    table = Table(words.gettext("asset"), title=words.gettext("Assets"), title_justify="left")
    for heading in ("in", "out", "rejected", "seconds"):
        table.add_column(words.gettext(heading), justify="right")
    for row in rows:
        counts = (format_decimal(number, locale=locale) for number in (row.rows_in, row.rows_out, row.rejected))
        table.add_row(row.asset, *counts, format_decimal(round(row.seconds, 1), "0.0", locale=locale))
    return table


def _check_lines(row: CheckRow, width: int | None) -> Iterator[str]:
    head = f"  {_verdict(row)} {row.check:<{NAME_WIDTH}}"
    if width is None:
        yield f"{head} {escape(row.found)}".rstrip()
        return
    yield head.rstrip()
    for line in wrapped(" " * INDENT + row.found, width, hanging=0):
        yield escape(line)


def _verdict(row: CheckRow) -> str:
    style = {PASSED: "green", WARNING: "yellow", FAILED: "bold red" if row.blocking else "red"}[row.verdict]
    return f"[{style}]{row.verdict:<7}[/]"


def _print_report(console: Console, settings: Settings, day: date) -> None:
    bucket = object_store_resource(settings).reports()
    report = find_report(bucket, day)
    # Not by lines: an id may contain a line end.
    rows = csv.reader(io.StringIO(read_report(bucket, report).decode(), newline=""))
    columns = next(rows)
    first = list(islice(rows, FIRST_ROWS))
    customers = len(first) + sum(1 for _ in rows)
    words = translations(settings.language)
    heading = words.ngettext(
        "The report of {day}: {customers} customer", "The report of {day}: {customers} customers", customers
    ).format(day=day, customers=format_decimal(customers, locale=settings.language or "en"))
    console.print(f"\n{heading}", soft_wrap=True)
    count = words.gettext("… {count} columns").format(count=len(columns))
    console.print(f"{columns[0]},{columns[1]},{count}", style="dim")
    for row in first:
        console.print(",".join(row), markup=False, highlight=False, soft_wrap=True)
    command = f"shop report --day {day} --output {report.key}"
    console.print(words.gettext("Save it: {command}").format(command=command) + "\n", soft_wrap=True)
    page = save_page(settings, day) or words.gettext("not saved")
    for line in (
        words.gettext("CSV        {address}").format(address=f"s3://{bucket.name}/{report.key}"),
        words.gettext("dashboard  {page} (shop dashboard --open)").format(page=page),
        words.gettext("Dagster    {address} (shop ui)").format(address=ui_address(settings)),
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
