"""The summary of a run in the languages that it has."""

import io
import re
from datetime import date

import pytest
from rich.console import Console

from shop_assets.cli.running.outcome import AssetRow, CheckRow, Failure, Outcome
from shop_assets.cli.running.summary import print_checks, print_summary
from shop_assets.features.definitions import COLUMNS
from shop_assets.object_store.resource import object_store_resource
from shop_assets.report.csv_report import report_key
from shop_assets.settings import Settings

DAY = date(2026, 11, 24)
ASSETS = [AssetRow("s3_landing", "", 12345, 12344, 1, 2.25, "")]
CHECKS = [CheckRow("clickhouse_mart", "store_count", "passed", "45 stores, 45 expected")]
FAILURES = [Failure(["a", "b", "c", "d", "e"], "the disk is full")]


def summary(settings: Settings, *, success: bool) -> str:
    written = io.StringIO()
    outcome = Outcome("run", success, ASSETS, CHECKS, [] if success else FAILURES, [] if success else ["f", "g"])
    print_summary(Console(file=written, width=200), outcome, settings, DAY)
    return written.getvalue()


@pytest.fixture
def reported(settings: Settings) -> Settings:
    """A report of two customers is in the bucket."""
    bucket = object_store_resource(settings).reports()
    bucket.ensure()
    rows = "".join(f"cus-{number}{',0' * (len(COLUMNS) - 1)}\n" for number in (1, 2))
    bucket.put(report_key(DAY), f"{','.join(COLUMNS)}\n{rows}".encode(), "text/csv")
    return settings


def test_it_is_english_by_default(reported):
    text = summary(reported, success=True)
    assert "12,345" in text
    assert "The report of 2026-11-24: 2 customers\ncustomer_id,bought_milk_last_30d,… 31 columns" in text
    assert text == summary(reported.model_copy(update={"language": "en"}), success=True)
    assert not re.search("[а-яё]", text.lower())


def test_it_is_russian_but_for_names_checks_and_commands(reported):
    text = summary(reported.model_copy(update={"language": "ru"}), success=True)
    assert re.search(r"ассет +│ +вход │ +выход │ +отклонено │ +секунд", text.replace("┃", "│"))
    assert "12\u00a0345" in text
    assert "Проверки\nclickhouse_mart\n  passed  store_count" in text
    assert "Отклонённые документы: shop rejects list\n" in text
    assert "Отчёт за 2026-11-24: 2 покупателя\ncustomer_id,bought_milk_last_30d,… колонок: 31\n" in text
    assert f"Сохранить: shop report --day 2026-11-24 --output {report_key(DAY)}" in text
    last = text.splitlines()[-3:]
    assert [line.split()[0] for line in last] == ["CSV", "дашборд", "Dagster"]


def test_what_failed_is_russian_too(settings):
    text = summary(settings.model_copy(update={"language": "ru"}), success=False)
    assert "Ошибка в a, b, c, d и ещё 1: the disk is full\n" in text
    assert text.endswith("После этого не могли выполниться 2 шага.\n\nОтклонённые документы: shop rejects list\n")


@pytest.mark.parametrize("width", [80, 100])
def test_what_checks_found_is_behind_every_name_or_below_every_name(width: int) -> None:
    long = CheckRow("report_csv", "report_equals_partition", "failed", "2026-11-24: 90 customers, 89 in the partition")
    for rows in (CHECKS, [*CHECKS, long]):
        written = io.StringIO()
        print_checks(Console(file=written, width=width, force_terminal=True, color_system=None), rows)
        lines = [line for line in written.getvalue().splitlines() if line.startswith("  ")]
        is_wide = long not in rows or width == 100
        assert len(lines) == len(rows) * (1 if is_wide else 2)
        assert {line[: 45 if is_wide else 10].strip().split(" ")[0] for line in lines} <= {"passed", "failed", ""}
        assert max(map(len, lines)) <= width
