"""A user's folder: which of what is in it are documents of which kind, and what is not looked at.

`DIR/customers/` holds customers, whatever the letter case, and so does `DIR/customer/`, as long as only one folder can
be meant; `DIR/customers.json` and `DIR/customers-2026-01.jsonl.gz` do too. Everything else beside them is named, so
that nothing is left out in silence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.landing.errors import SourceFolderError
from shop_assets.landing.files.file_types import has_known_type, without_type

_EXPECTED: Final = (
    "Expected: a folder with stores/, products/, customers/ and purchases/ (at least one of them), "
    "which hold .json, .jsonl or .ndjson files, also with .gz."
)
_OF_NO_KIND: Final = "no folder or file of one of the four kinds"
MOST_NAMED: Final = 10
"""Of what is in a folder without documents: enough to recognise the folder."""

_OF_TOOLS: Final = re.compile(r"_(?![^=]+=)|.*\.crc\Z|(?:thumbs\.db|desktop\.ini)\Z", re.IGNORECASE)
"""Names that tools give to files of their own: Spark's `_SUCCESS`, Delta's `_delta_log`, checksums, Windows' views.
A folder of a partition may begin so too: `_year=2026`."""

_NUMBERED: Final = re.compile(r"\d*(?:[-_. ()t]+\d+)*[-_. ()]*z?\Z", re.ASCII)
"""What may follow a kind's name in the name of a file: a number or a date. It matches a text in one way only, so that
a name with many digits takes no longer."""


@dataclass(frozen=True)
class SourceFolder:
    """What is in a folder: by kind the folder and the files beside it, and what is not looked at, with the reason."""

    root: Path
    folders: Mapping[DocumentKind, Path]
    files: Mapping[DocumentKind, Sequence[Path]]
    left_out: Sequence[str]

    @property
    def kinds(self) -> list[DocumentKind]:
        """The kinds of which there is something."""
        return [kind for kind in KINDS if kind in self.folders or kind in self.files]


def survey(folder: Path) -> SourceFolder:
    """Look at what is directly in a folder.

    Args:
        folder: The user's folder, with or without links in its path.

    Returns:
        What is there.

    Raises:
        SourceFolderError: It does not exist, cannot be read, or has documents of no kind.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise SourceFolderError(f"The source {str(folder)!r} {what}. {_EXPECTED}")
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise SourceFolderError(f"The source folder {str(folder)!r} cannot be read: {error.strerror}") from error
    folders, ambiguous = _folders([entry for entry in entries if entry.is_dir()])
    files = {kind: named for kind in KINDS if (named := [path for path in entries if _is_named_by(kind, path)])}
    used = {*folders.values(), *(path for paths in files.values() for path in paths)}
    left_out = [_reason(entry, ambiguous) for entry in entries if entry not in used]
    found = SourceFolder(folder, folders, files, left_out)
    if not found.kinds:
        names = [left.removesuffix(f": {_OF_NO_KIND}") for left in left_out]
        more = " …" if len(names) > MOST_NAMED else ""
        beside = f" There are: {', '.join(names[:MOST_NAMED])}{more}." if names else ""
        raise SourceFolderError(f"The source folder {str(folder)!r} has none of the four folders.{beside} {_EXPECTED}")
    return found


def _folders(entries: Sequence[Path]) -> tuple[dict[DocumentKind, Path], set[Path]]:
    """The folder of each kind, and folders of which one would have to be guessed."""
    chosen: dict[DocumentKind, Path] = {}
    ambiguous: set[Path] = set()
    for kind in KINDS:
        candidates = [entry for entry in entries if entry.name.lower() in {kind.name, kind.singular}]
        exact = [entry for entry in candidates if entry.name == kind.name]
        if exact or len(candidates) == 1:
            chosen[kind] = (exact or candidates)[0]
        ambiguous |= {entry for entry in candidates if entry != chosen.get(kind)}
    return chosen, ambiguous


def _is_named_by(kind: DocumentKind, path: Path) -> bool:
    if not has_known_type(path.name) or path.is_dir() or reason_to_skip(path.name):
        return False
    stem = without_type(path.name).lower()
    return any(
        stem == name or (stem.startswith(name) and _NUMBERED.match(stem, len(name)) is not None)
        for name in (kind.name, kind.singular)
    )


def reason_to_skip(name: str) -> str:
    """Why a file or folder of a name has no documents.

    Args:
        name: The name, without those of the folders around it.

    Returns:
        The reason; empty if it may have some.
    """
    if name.startswith("."):
        return "hidden"
    return "a tool's own" if _OF_TOOLS.match(name) else ""


def _reason(entry: Path, ambiguous: set[Path]) -> str:
    name = f"{entry.name}/" if entry.is_dir() else entry.name
    if reason_to_skip(entry.name):
        return f"{name}: {reason_to_skip(entry.name)}"
    if entry in ambiguous:
        return f"{name}: another folder of this kind"
    return f"{name}: {_OF_NO_KIND}"


def key_prefixes(source: SourceFolder, kind: DocumentKind) -> Iterator[tuple[Path, str]]:
    """Where a kind's documents are, and where they go.

    Args:
        source: The folder.
        kind: The kind.

    Yields:
        A folder or file, and the key in landing that it begins with or has.
    """
    if kind in source.folders:
        yield source.folders[kind], kind.name
    for path in source.files.get(kind, ()):
        yield path, f"{kind.name}/_beside/{path.name}"
