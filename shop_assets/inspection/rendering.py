"""An inspection as text for a terminal of 80 columns."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shop_assets.documents.kinds import KIND_BY_NAME, PURCHASES
from shop_assets.inspection.findings import Inspection, KindFinding
from shop_assets.language.counts import counted
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.wrapping import print_wrapped

_SHOWN: Final = 15
"""Rows of a list; the rest is counted, and `--json` has all."""

_LINES_VIEW: Final = "purchase_items"
"""The view of MART with the lines of purchases."""


def render(console: Console, inspection: Inspection) -> None:
    """Print an inspection.

    Args:
        console: Where to.
        inspection: What was found.
    """
    _documents(console, inspection)
    for kind in inspection.kinds:
        _fields(console, kind)
    _list(console, "Would be rejected, for each reason", _rejects(inspection))
    _list(console, "Would not be read, also in rejected documents", _unread(inspection))
    _list(console, "Would be excluded, as no sale or as deleted", _counted(inspection.excluded))
    for kind_name in inspection.wholly_excluded_kinds:
        print_wrapped(console, f"Every document of {kind_name} would be excluded: no feature can use them.", hanging=2)
    unloaded = _unloaded(inspection)
    for kind_name, reason in unloaded.items():
        console.print()
        print_wrapped(console, f"No {kind_name} would load: {reason}", hanging=2)
    _list(console, "Lines that would be left out as voided", _counted({"purchases": inspection.voided_lines}))
    _list(console, "Amounts that do not agree (docs/cleaning.md, Amounts)", _amounts(inspection))
    _list(console, "Ids in doubt (docs/document_fields.md, Ids)", iter(inspection.doubtful_ids))
    _list(console, "Documents of one id that disagree: the newest would count", _disagreements(inspection))
    _list(console, "Product groups that are not known (docs/cleaning.md, Product groups)", _groups(inspection))
    _list(console, "Phones and e-mails that would be encrypted as they are", _contacts(inspection))
    elsewhere = _counted(inspection.personal_data_elsewhere)
    _list(console, "Personal data in other fields, where it would be encrypted too", elsewhere)
    _list(console, "References that do not resolve", _references(inspection))
    if inspection.proposed_mapping:
        _proposal(console, inspection)
    _list(console, "Features that would be the same for nearly everyone", _silent_features(inspection, unloaded))
    _list(console, "Not looked at", map(without_contacts, inspection.left_out))
    if inspection.expected_counts:
        _expected_counts(console, inspection.expected_counts)
    verdict = "Nothing would be wrong." if inspection.is_clean else "Something would be wrong: see above."
    console.print(f"\n{verdict}", style="bold")


def _expected_counts(console: Console, counts: Mapping[str, int]) -> None:
    console.print("\nThe checks of counts expect other numbers; if these are right:", style="bold", highlight=False)
    # In one line of any length, to be copied.
    assignments = (f"{name}={count}" for name, count in counts.items())
    console.print(f"export {' '.join(assignments)}", highlight=False, soft_wrap=True)


def _proposal(console: Console, inspection: Inspection) -> None:
    where = f"add it to {inspection.mapping}" if inspection.mapping else "save it"
    title = f"\nProposed mapping: check it, {where}, and inspect again with --mapping FILE"
    print_wrapped(console, Text(title, style="bold"))
    console.print(inspection.proposed_mapping, markup=False, highlight=False, soft_wrap=True)
    left = (f"{what}: {_some(names)}" for what, names in inspection.left_by_proposal.items())
    _list(console, "The proposed mapping leaves to you (docs/mapping.md, Your own names)", left)
    if not inspection.left_by_proposal:
        print_wrapped(console, "\nIt covers every field of yours, and every value would be read.")


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join([*names[:_SHOWN], *([f"and {more} more: --json has all"] if more > 0 else [])])


def _documents(console: Console, inspection: Inspection) -> None:
    table = Table("kind", title="Documents", title_justify="left")
    for heading in ("files", "documents", "rejected"):
        table.add_column(heading, justify="right")
    for kind in inspection.kinds:
        table.add_row(kind.kind, f"{kind.files:,}", f"{kind.documents:,}", f"{kind.rejected:,}")
    console.print(table)
    readings = {f"{kind.kind}, {name}": count for kind in inspection.kinds for name, count in kind.readings.items()}
    _list(console, "Read by a rule of docs/mapping.md", _counted(readings))
    incomplete = (f"{kind.kind}: {kind.incomplete_pages}" for kind in inspection.kinds if kind.incomplete_pages)
    _list(console, "Incomplete pages: they name more than there is", incomplete)
    rules = [
        f"{kind.kind}, {name}: {count:,}" for kind in inspection.kinds for name, count in kind.mapping_rules.items()
    ]
    _list(console, f"Changed by the mapping {inspection.mapping}", iter(rules))


def _fields(console: Console, kind: KindFinding) -> None:
    if not kind.documents:
        return
    present = [found for found in kind.fields if found.documents]
    if not present:
        console.print(f"\nFields of {kind.kind}: none of the model's", style="italic", highlight=False)
        _list(console, "Other fields", _counted(kind.other_fields))
        return
    is_all_read = all(found.read == found.documents for found in present)
    table = Table("field", title=f"\nFields of {kind.kind}", title_justify="left")
    for heading in ("there",) if is_all_read else ("there", "read"):
        table.add_column(heading, justify="right")
    for found in present:
        there, read = found.documents / kind.documents, found.read / found.documents
        table.add_row(found.field, f"{there:.1%}", *([] if is_all_read else [f"{read:.1%}"]))
    console.print(table)
    absent = [found.field for found in kind.fields if not found.documents]
    if absent:
        print_wrapped(console, f"In no document: {', '.join(absent)}", hanging=2)
    _list(console, "Other fields", _counted(kind.other_fields))


def _unloaded(inspection: Inspection) -> dict[str, str]:
    """The kinds of which MART would show nothing, with the commonest reason; those wholly excluded are said already."""
    reasons: dict[str, str] = {}
    for kind in inspection.kinds:
        if inspection.loaded[kind.kind] or kind.kind in inspection.wholly_excluded_kinds:
            continue
        found = [(one.documents, one.reason) for one in inspection.rejects if one.kind == kind.kind]
        excluded = ((name.partition(": "), count) for name, count in inspection.excluded.items())
        found += [(count, f"excluded, {reason}") for (of_kind, _, reason), count in excluded if of_kind == kind.kind]
        documents, commonest = max(found, default=(0, ""))
        reasons[kind.kind] = f"{commonest} ({documents:,})" if found else "there are none"
    return reasons


def _silent_features(inspection: Inspection, unloaded: Collection[str]) -> Iterator[str]:
    """Those of kinds that would load; of the others, that nothing would load says it for all of their features."""
    views = {*unloaded, *([_LINES_VIEW] if PURCHASES.name in unloaded else [])}
    for one in inspection.silent_features:
        columns = {name: share for name, share in one.columns.items() if _view(name) not in views}
        if columns:
            yield f"{one.feature}: {_shares(columns)}"


def _view(column: str) -> str:
    """The view of MART in the name of a column, before which there may be words."""
    return column.rsplit(maxsplit=1)[-1].partition(".")[0]


def _shares(columns: Mapping[str, float]) -> str:
    return ", ".join(f"{column} in {share:.1%} of the rows" for column, share in columns.items())


def _rejects(inspection: Inspection) -> Iterator[str]:
    for reject in inspection.rejects:
        where = f" (first: {without_contacts(reject.first)})" if reject.first else ""
        detail = f", {reject.detail}" if reject.detail else ""
        documents = counted(reject.documents, KIND_BY_NAME[reject.kind].singular)
        yield f"{documents} by {reject.by}: {reject.reason}{detail}{where}"


def _unread(inspection: Inspection) -> Iterator[str]:
    for unread in inspection.unread:
        documents = counted(unread.documents, KIND_BY_NAME[unread.kind].singular)
        yield f"{documents}: {unread.field}, {unread.reason}, for example {unread.example}"


def _amounts(inspection: Inspection) -> Iterator[str]:
    for found in inspection.amounts:
        factor = f", by a factor of {found.factor:g}" if found.factor != 1 else ""
        kopecks = ": kopecks?" if found.factor in (100, 0.01) else ""
        yield f"{found.what}: {found.wrong:,} of {found.compared:,} differ{factor}{kopecks}"


def _disagreements(inspection: Inspection) -> Iterator[str]:
    for found in inspection.disagreements:
        ids = counted(found.ids, f"id of {found.kind}", f"ids of {found.kind}")
        yield f"{ids}: {found.what} ({', '.join(found.examples)})"


def _groups(inspection: Inspection) -> Iterator[str]:
    for found in inspection.unknown_groups:
        yield f"{found.occurrences:,} in {found.place.replace('_', ' ')}: {found.label or 'no label'}"


def _contacts(inspection: Inspection) -> Iterator[str]:
    for found in inspection.irregular_contacts:
        yield f"{counted(found.values, 'value')} of {found.kind}.{found.field}, for example {found.example}"


def _references(inspection: Inspection) -> Iterator[str]:
    for name, count in inspection.references.items():
        if count:
            yield f"{name}: {count:,} ({', '.join(inspection.reference_examples.get(name, ()))})"


def _counted(counts: Mapping[str, int]) -> Iterator[str]:
    return (f"{name}: {count:,}" for name, count in counts.items() if count)


def _list(console: Console, title: str, lines: Iterator[str]) -> None:
    listed = list(lines)
    if not listed:
        return
    console.print(f"\n{title}", style="bold", highlight=False)
    for line in listed[:_SHOWN]:
        print_wrapped(console, f"  {line}")
    if len(listed) > _SHOWN:
        console.print(f"  and {len(listed) - _SHOWN} more: --json has all", highlight=False)
