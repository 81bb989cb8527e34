"""Whether a report equals the published partition."""

from datetime import date
from typing import TYPE_CHECKING, Final

from shop_assets.features.definitions import COLUMNS, CUSTOMER_ID, FEATURE_NAMES
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.published_files import on_disk
from shop_assets.features.verification import VerificationResult
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.report.csv_report import find_report, read_report, report_key

if TYPE_CHECKING:
    import polars as pl


FORMULA: Final = r"^[=+\-@＝＋－＠]"
"""The first characters of a cell that spreadsheets compute. Ids are trimmed, so blanks before it do not occur."""


def report_equals_partition(features: Bucket, reports: Bucket, manifest: PublicationManifest) -> VerificationResult:
    """The report of the day, read again from its bucket, has the partition's columns, rows and values in its order.

    Raises:
        ReportNotFoundError: There is no report.
        PublicationError: The partition cannot be read.
    """
    import polars as pl

    content = read_report(reports, find_report(reports, manifest.ds))
    if not content.startswith(",".join(COLUMNS).encode() + b"\n") or not content.endswith(b"\n"):
        return VerificationResult(
            "not a report", [f"{report_key(manifest.ds)} has a wrong header, or does not end with a line feed"]
        )
    written = pl.read_csv(content, schema={CUSTOMER_ID: pl.String()} | dict.fromkeys(FEATURE_NAMES, pl.Int8()))
    with on_disk(features, manifest.files) as paths:
        published = pl.scan_parquet(paths).select(COLUMNS).sort(CUSTOMER_ID).collect()
    return VerificationResult(
        f"{counted(len(written), 'customer')} in the report, {len(published):,} in the partition",
        [f"{report_key(manifest.ds)} {problem}: materialize it again" for problem in _differences(written, published)],
        {"customers": len(written)},
    )


def no_formulas(reports: Bucket, day: date) -> VerificationResult:
    """No id of the day's report would be taken for a formula by a spreadsheet.

    Raises:
        ReportNotFoundError: There is no report.
    """
    import polars as pl

    report = find_report(reports, day)
    ids = pl.read_csv(read_report(reports, report), columns=[CUSTOMER_ID], schema_overrides={CUSTOMER_ID: pl.String()})
    count = int(ids[CUSTOMER_ID].str.contains(FORMULA).sum())
    found = counted(count, "id starts like a formula", "ids start like a formula")
    problem = f"{report.key}: {found}; import the CSV with the first column as text"
    return VerificationResult("0 ids start like a formula", [problem] if count else [], {"ids like formulas": count})


def _differences(written: "pl.DataFrame", published: "pl.DataFrame") -> list[str]:
    if len(written) != len(published):
        return [f"has {counted(len(written), 'row')}, and the partition {len(published):,}"]
    different = [name for name in COLUMNS if not written[name].equals(published[name])]
    return [f"differs from the partition in {', '.join(different)}"] if different else []
