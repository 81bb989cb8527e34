"""The CSV, byte for byte, and how it is found and verified."""

import csv
import hashlib
import io
from datetime import date

import pytest

from shop_assets.features.definitions import COLUMNS, FEATURE_NAMES
from shop_assets.object_store.bucket import Bucket
from shop_assets.report.csv_report import ReportNotFoundError, find_report, read_report, report_key, write_report
from shop_assets.report.verification import no_formulas, report_equals_partition
from shop_assets_tests.bad_input.bad_values import IDS
from shop_assets_tests.features.published import publish_by_hand, row, rows_table

Buckets = tuple[Bucket, Bucket]
DAY = date(2026, 11, 3)


def _line(customer_id: str, *ones: str) -> str:
    return ",".join([customer_id, *(str(int(name in ones)) for name in FEATURE_NAMES)])


def test_the_report_is_a_header_and_a_line_a_customer_in_the_order_of_their_bytes(buckets: Buckets) -> None:
    tables = [rows_table(row("cus-2", "bulk_buyer"), row("я")), rows_table(row("cus-10"), row("Cus-3", *FEATURE_NAMES))]
    manifest = publish_by_hand(buckets[0], DAY, tables)
    written = write_report(*buckets, manifest)
    expected = [
        ",".join(COLUMNS),
        _line("Cus-3", *FEATURE_NAMES),
        _line("cus-10"),
        _line("cus-2", "bulk_buyer"),
        _line("я"),
    ]
    content = buckets[1].get("analytic_result_2026_11_03.csv")
    assert content == ("\n".join(expected) + "\n").encode()
    assert (written.rows, written.bytes) == (4, len(content))
    assert written.sha256 == hashlib.sha256(content).hexdigest()
    assert [found["customer_id"] for found in written.first_rows] == ["Cus-3", "cus-10", "cus-2", "я"]
    head = buckets[1].client.head_object(Bucket=buckets[1].name, Key=written.key)
    assert head["ContentType"] == "text/csv; charset=utf-8"


def test_the_same_partition_gives_the_same_bytes(buckets: Buckets) -> None:
    rows = [row(f"cus-{number}", FEATURE_NAMES[number % 30]) for number in range(1000)]
    first = write_report(*buckets, publish_by_hand(buckets[0], DAY, [rows_table(*rows)]))
    again = write_report(*buckets, publish_by_hand(buckets[0], DAY, [rows_table(*rows[500:]), rows_table(*rows[:500])]))
    assert first.sha256 == again.sha256


def test_ids_are_written_exactly_and_quoted_only_where_a_csv_needs_it(buckets: Buckets) -> None:
    manifest = publish_by_hand(buckets[0], DAY, [rows_table(*map(row, ["=1+1", "a,b", 'say "hi"', "@x"]))])
    write_report(*buckets, manifest)
    lines = buckets[1].get(report_key(DAY)).decode().splitlines()[1:]
    assert [line.removesuffix(",0" * 30) for line in lines] == ["=1+1", "@x", '"a,b"', '"say ""hi"""']
    assert report_equals_partition(*buckets, manifest).problems == []


def test_ids_that_spreadsheets_would_compute_are_counted_and_others_are_not(buckets: Buckets) -> None:
    ids = ["=1+1", "+7", "-2", "@x", "＝1", "cus-1", "a=b", "\ufeff=1", "'=1", "№1"]
    manifest = publish_by_hand(buckets[0], DAY, [rows_table(*map(row, ids))])
    write_report(*buckets, manifest)
    found = no_formulas(buckets[1], DAY)
    assert found.numbers == {"ids like formulas": 5}
    (problem,) = found.problems
    assert problem.startswith("analytic_result_2026_11_03.csv: 5 ids start like a formula; ")


def test_ids_of_any_characters_come_through_the_csv_as_they_are(buckets: Buckets) -> None:
    ids = sorted({identity.strip().lower() for identity in IDS}, key=str.encode)
    manifest = publish_by_hand(buckets[0], DAY, [rows_table(*map(row, ids))])
    write_report(*buckets, manifest)
    assert report_equals_partition(*buckets, manifest).problems == []
    content = buckets[1].get(report_key(DAY)).decode()
    assert [found[0] for found in csv.reader(io.StringIO(content, newline=""))][1:] == ids


def test_a_partition_without_customers_gives_a_header_alone(buckets: Buckets) -> None:
    manifest = publish_by_hand(buckets[0], DAY, [rows_table()])
    written = write_report(*buckets, manifest)
    assert buckets[1].get(written.key) == (",".join(COLUMNS) + "\n").encode()
    assert report_equals_partition(*buckets, manifest).problems == []


def test_the_newest_report_is_that_of_the_latest_day_and_not_the_latest_written(buckets: Buckets) -> None:
    days = [date(2026, 11, 9), date(2027, 1, 2), date(2026, 12, 31)]
    for day in days:
        write_report(*buckets, publish_by_hand(buckets[0], day, [rows_table(row("a"))]))
    buckets[1].put("analytic_result_9999_99_99.csv.part", b"", "text/plain")
    buckets[1].put("analytic_result_2026_02_30.csv", b"", "text/csv")
    found = find_report(buckets[1])
    assert (found.key, found.day) == ("analytic_result_2027_01_02.csv", date(2027, 1, 2))
    asked = find_report(buckets[1], date(2026, 11, 9))
    assert asked.day == date(2026, 11, 9)
    assert asked.size == len(read_report(buckets[1], asked))


def test_a_report_that_is_not_there_is_said_with_what_to_do(buckets: Buckets) -> None:
    with pytest.raises(ReportNotFoundError, match=r"no report in s3://reports-\w+ yet: create one with `shop run`"):
        find_report(buckets[1])
    with pytest.raises(ReportNotFoundError, match=r"create it with `shop run --day 2026-11-03`"):
        find_report(buckets[1], DAY)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"cus-2,0", b"cus-2,1", "differs from the partition in bought_milk_last_30d"),
        (b"cus-2,", b"cus-3,", "differs from the partition in customer_id"),
        (_line("cus-2").encode() + b"\n", b"", "has 1 row, and the partition 2"),
        (b"customer_id,bought_milk_last_30d", b"bought_milk_last_30d,customer_id", "has a wrong header"),
        (b"customer_id", "\ufeffcustomer_id".encode(), "has a wrong header"),
        (b"\n", b"\r\n", "has a wrong header"),
    ],
    ids=["a value", "an id", "a line less", "the header", "a byte order mark", "line ends"],
)
def test_a_report_that_is_not_the_partition_is_found(buckets: Buckets, old: bytes, new: bytes, problem: str) -> None:
    manifest = publish_by_hand(buckets[0], DAY, [rows_table(row("cus-1"), row("cus-2"))])
    key = write_report(*buckets, manifest).key
    assert report_equals_partition(*buckets, manifest).problems == []
    content = buckets[1].get(key)
    assert old in content
    buckets[1].put(key, content.replace(old, new), "text/csv")
    (found,) = report_equals_partition(*buckets, manifest).problems
    assert problem in found
