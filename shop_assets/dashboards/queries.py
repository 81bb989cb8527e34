"""The queries of panels in a language: their statements have literals that people read, such as 'не указан'.

Also a parameter that is computed from settings.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from clickhouse_connect.driver.binding import format_str

from shop_assets.language.translations import Language, translations
from shop_assets.orchestration.schedule_times import after_midnight
from shop_assets.settings import BusinessSettings
from shop_assets.warehouse.statements.queries import SqlQuery, load_query

_READABLE: Final = re.compile(r"'(?P<text>[^'\n]*[А-Яа-яЁё][^'\n]*)'")
"""A literal with Russian letters: codes and formats have none."""


def load_translated(name: str, language: Language | None, results: Mapping[str, str] | None = None) -> SqlQuery:
    """Load a query, with the literals that people read in a language.

    Args:
        name: Its folder and file: `dashboards/sales_by_day`.
        language: The language; Russian by default.
        results: Results of queries that it reads, found before, by their names.

    Returns:
        The query with everything that it reads; a literal without a translation stays.
    """
    query = load_query(name, results=results)
    words = translations(language)

    def literal(found: re.Match[str]) -> str:
        return str(format_str(words.gettext(found["text"])))

    return replace(query, statement=_READABLE.sub(literal, query.statement))


def report_minutes(settings: BusinessSettings) -> int:
    """How long after the midnight that ends a day its report is due.

    Args:
        settings: The report's schedule, and the time zone of the midnight.

    Returns:
        Minutes.
    """
    return after_midnight(settings) // timedelta(minutes=1)
