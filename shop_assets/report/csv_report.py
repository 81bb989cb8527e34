r"""Writes a day's CSV from the published partition, and finds and reads the CSVs.

The bytes depend on the partition alone: rows are sorted by the bytes of `customer_id`, in UTF-8 without a byte-order
mark, with commas, `\n` line ends, and quotes only around an id that needs them. An id that a spreadsheet would take for
a formula is written unchanged: the format is the one in `docs/features.md`, and its readers are programs, for which any
mark would make it another id. The check `no_id_is_a_formula` reports such ids.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from shop_assets.errors import ShopError
from shop_assets.features.definitions import COLUMNS, CUSTOMER_ID
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.published_files import on_disk
from shop_assets.object_store.bucket import Bucket
from shop_assets.temporary_folders import temporary_folder

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
FIRST_ROWS: Final = 5
_KEY: Final = re.compile(r"analytic_result_(\d{4})_(\d\d)_(\d\d)\.csv")


class ReportNotFoundError(ShopError):
    """There is no such report."""


@dataclass(frozen=True)
class ReportObject:
    """A report in the bucket; `size` in bytes."""

    key: str
    day: date
    size: int


@dataclass(frozen=True)
class WrittenReport:
    """A report that was just written: where, how large, and its first rows."""

    key: str
    rows: int
    bytes: int
    sha256: str
    first_rows: list[dict[str, object]]


def report_key(day: date) -> str:
    """The key of a day's report.

    Args:
        day: The day of the partition, which ends at the as-of date.

    Returns:
        `analytic_result_YYYY_MM_DD.csv`.
    """
    return f"analytic_result_{day:%Y_%m_%d}.csv"


def write_report(features: Bucket, reports: Bucket, manifest: PublicationManifest) -> WrittenReport:
    """Write the report of a published partition, completely, replacing one that exists."""
    import polars as pl

    key = report_key(manifest.ds)
    with temporary_folder("shop_report_") as folder, on_disk(features, manifest.files) as paths:
        target = folder / key
        matrix = pl.scan_parquet(paths).select(COLUMNS).sort(CUSTOMER_ID)
        matrix.sink_csv(target, include_bom=False, separator=",", line_terminator="\n", engine="streaming")
        with target.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            reports.put(key, file, CONTENT_TYPE)
        first_rows = matrix.head(FIRST_ROWS).collect().to_dicts()
        return WrittenReport(key, manifest.rows, target.stat().st_size, sha256, first_rows)


def find_report(bucket: Bucket, day: date | None = None) -> ReportObject:
    """Find a report.

    Args:
        bucket: The bucket of the reports.
        day: Its day; the newest day that has a report if None.

    Returns:
        The report.

    Raises:
        ReportNotFoundError: There is none.
    """
    if day is not None:
        found = bucket.find(report_key(day))
        if found is None:
            raise ReportNotFoundError(
                f"There is no report for {day} (s3://{bucket.name}/{report_key(day)}): "
                f"create it with `shop run --day {day}`."
            )
        return ReportObject(found.key, day, found.size)
    return list_reports(bucket)[0]


def list_reports(bucket: Bucket) -> list[ReportObject]:
    """List all reports.

    Args:
        bucket: The bucket of the reports.

    Returns:
        At least one report, the newest day first.

    Raises:
        ReportNotFoundError: There is none.
    """
    reports = [
        ReportObject(entry.key, day, entry.size)
        for entry in bucket.list("analytic_result_")
        if (day := _day_of(entry.key)) is not None
    ]
    if not reports:
        raise ReportNotFoundError(f"There is no report in s3://{bucket.name} yet: create one with `shop run`.")
    return sorted(reports, key=lambda report: report.day, reverse=True)


def _day_of(key: str) -> date | None:
    """The day of a report; None if the object is none."""
    name = _KEY.fullmatch(key)
    try:
        return date(*map(int, name.groups())) if name else None
    except ValueError:  # a day that no calendar has
        return None


def read_report(bucket: Bucket, report: ReportObject) -> bytes:
    """Read a whole report into memory.

    Args:
        bucket: The bucket of the reports.
        report: The report, as `find_report` returned it.

    Returns:
        Its bytes, about 75 per customer.

    Raises:
        KeyError: It was deleted in the meantime.
    """
    return bucket.get(report.key)
