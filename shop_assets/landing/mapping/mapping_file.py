"""Mapping files: TOML, a table for each kind. What is wrong in one is said with its line and its field.

Example:
    [purchases.fields]                     # the shop's field = the model's
    receipt_no = "purchase_id"
    "lines[].sku" = "items[].product_id"

    [purchases.values.payment_method]      # the shop's value = the model's, by the model's field
    "наличными" = "cash"

    [purchases.divisors]                   # kopecks
    total_amount = 100
"""

import difflib
import hashlib
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from shop_assets.documents.containers import CONTAINERS
from shop_assets.documents.fields import field_paths, number_paths
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS, PURCHASES, DocumentKind
from shop_assets.landing.errors import MappingError
from shop_assets.landing.mapping.rules import EMPTY, FieldRule, KindMapping, key_of
from shop_assets.landing.mapping.toml_lines import lines_of_keys
from shop_assets.personal_data.contacts import without_contacts

SECTIONS: Final = ("fields", "texts", "values", "divisors", "constants")

DELETION_FIELD: Final = "is_deleted"
STATUS_FIELDS: Final = (
    "status",
    "type",
    "operation_type",
    "is_return",
    "is_cancelled",
    DELETION_FIELD,
    "items[].status",
    "items[].is_cancelled",
)
"""Fields of purchases beyond the model that a mapping may make: what MART excludes a document or a line for."""

_LARGEST_FILE: Final = 1024 * 1024
_DIGEST_LENGTH: Final = 16
_LISTED: Final = 10
"""How many known names are listed where none is like the unknown one."""


_ASCII_KEY: Final = "; names and values that are not plain ASCII letters, digits, - and _ need quotes"
_AT_LINE: Final = re.compile(r"at line (\d+)")
_UNQUOTED: Final = re.compile(r"""[^\s"'=\[\]{},#]+(?:[ \t]+[^\s"'=\[\]{},#]+)*""")
_BARE: Final = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)


@dataclass(frozen=True)
class ShopMapping:
    """The mappings of a shop's kinds, and where they come from."""

    name: str = ""
    text: str = ""
    kinds: Mapping[str, KindMapping] = field(default_factory=dict)

    def of(self, kind: DocumentKind) -> KindMapping:
        """The rules of a kind.

        Args:
            kind: The kind.

        Returns:
            Its rules; none if the mapping has none.
        """
        return self.kinds.get(kind.name, EMPTY)

    def digest(self, kind: DocumentKind) -> str:
        """Identify the rules of a kind.

        Args:
            kind: The kind.

        Returns:
            The same for the same rules, however they are written and ordered; empty without rules.
        """
        rules = self.of(kind)
        if rules == EMPTY:
            return ""
        ordered = replace(
            rules,
            fields=tuple(sorted(rules.fields, key=lambda rule: (rule.theirs, rule.ours))),
            texts=tuple(sorted(rules.texts)),
        )
        text = json.dumps(asdict(ordered), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


NO_MAPPING: Final = ShopMapping()


def read_mapping_file(path: Path) -> ShopMapping:
    """Read and check a mapping file.

    Args:
        path: The file.

    Returns:
        The mapping.

    Raises:
        MappingError: It cannot be read, or something in it is wrong.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MappingError(f"The mapping {path} cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_FILE:
        raise MappingError(f"The mapping {path} has more than 1 MiB; is it the right file?")
    try:
        return parse_mapping(path.name, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise MappingError(f"The mapping {path} is not UTF-8 text; save it as UTF-8") from None


def parse_mapping(name: str, text: str) -> ShopMapping:
    """Check the text of a mapping.

    Args:
        name: The file's name, for messages and metadata.
        text: TOML.

    Returns:
        The mapping.

    Raises:
        MappingError: The text is not TOML, or something in it is wrong; every problem is listed.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{name} is not TOML: {error}{_key_at(text, error)}") from None
    reader = _Reader(lines_of_keys(text))
    kinds = {kind: reader.kind(kind, rules) for kind, rules in content.items()}
    if reader.problems:
        raise MappingError(f"{name} cannot be used:\n" + "\n".join(f"  {problem}" for problem in reader.problems))
    return ShopMapping(name, text, {kind: rules for kind, rules in kinds.items() if rules is not None})


class _Reader:
    """Builds rules, and collects what is wrong on the way."""

    def __init__(self, lines: Mapping[tuple[str, ...], int]) -> None:
        self._lines = lines
        self.problems: list[str] = []
        self._known: tuple[str, ...] = ()
        self._kind = KINDS[0]

    def kind(self, name: str, rules: object) -> KindMapping | None:
        if name not in KIND_BY_NAME:
            self._problem((name,), f"no such kind: {name!r}{_near(name, KIND_BY_NAME)}")
            return None
        if not isinstance(rules, dict):
            self._problem((name,), f"{name} must be a table, [{name}.fields] for example")
            return None
        for section in rules:
            if section not in SECTIONS:
                self._problem((name, section), f"no such section: {section!r}{_near(section, SECTIONS)}")
        self._kind = KIND_BY_NAME[name]
        marks = STATUS_FIELDS if self._kind == PURCHASES else (DELETION_FIELD,)
        self._known = (*field_paths(self._kind), *marks)
        return KindMapping(
            tuple(self._fields((name, "fields"), rules.get("fields", {}))),
            tuple(self._texts((name, "texts"), rules.get("texts", []))),
            dict(self._values((name, "values"), rules.get("values", {}))),
            dict(self._divisors((name, "divisors"), rules.get("divisors", {}))),
            dict(self._constants((name, "constants"), rules.get("constants", {}))),
        )

    def _fields(self, place: tuple[str, ...], section: object) -> Iterator[FieldRule]:
        taken: dict[str, str] = {}
        for place_of, theirs, ours in self._flat(place, section):
            if not _is_path(theirs):
                self._problem(place_of, f"{theirs!r} is not a path: names with . between them, [] after a list's")
                continue
            for target in (ours or [None]) if isinstance(ours, list) else [ours]:
                if not isinstance(target, str):
                    self._problem(place_of, f'"{theirs}" must have the name of a field of the model, in quotes')
                elif self._is_ours(place_of, target) and self._has_as_many_lists(place_of, theirs, target):
                    if target in taken:
                        self._problem(place_of, f'"{target}" comes from "{taken[target]}" already')
                    taken.setdefault(target, theirs)
                    yield FieldRule(theirs, target)

    def _texts(self, place: tuple[str, ...], section: object) -> Iterator[str]:
        if not isinstance(section, list):
            self._problem(place, 'texts must be a list of fields of the model, ["customer_id"] for example')
            return
        for path in section:
            if not isinstance(path, str):
                self._problem(place, "texts must be a list of fields of the model, in quotes")
            elif self._is_value(place, path):
                yield path

    def _values(self, place: tuple[str, ...], section: object) -> Iterator[tuple[str, dict[str, Any]]]:
        for place_of, path, table in self._tables(place, section, ""):
            found: dict[str, Any] = {}
            for theirs, ours in table.items():
                if isinstance(ours, dict | list) or not _is_finite(ours):
                    self._problem((*place_of, theirs), f'"{theirs}" of {path} must have one value of the model')
                elif key_of(theirs) in found and found[key_of(theirs)] != ours:
                    self._problem(
                        (*place_of, theirs), f'"{theirs}" of {path} is there twice, with two values of the model'
                    )
                else:
                    found[key_of(theirs)] = _plain(ours)
            yield path, found

    def _divisors(self, place: tuple[str, ...], section: object) -> Iterator[tuple[str, int]]:
        for place_of, path, divisor in self._flat(place, section):
            if not isinstance(divisor, int) or isinstance(divisor, bool) or divisor < 1:
                self._problem(place_of, f"the divisor of {path} must be a whole number, 100 for kopecks")
            elif self._is_value(place_of, path):
                if path in number_paths(self._kind):
                    yield path, divisor
                else:
                    self._problem(place_of, f"{path} is not a number that can be divided")

    def _constants(self, place: tuple[str, ...], section: object) -> Iterator[tuple[str, Any]]:
        for place_of, path, constant in self._flat(place, section):
            if isinstance(constant, list) or not _is_finite(constant):
                self._problem(place_of, f"the constant of {path} must be one value")
            elif path == self._kind.id_field:
                self._problem(place_of, f"{path} is the id: all documents would be one")
            elif path in number_paths(self._kind) and (
                isinstance(constant, bool) or not isinstance(constant, int | float)
            ):
                self._problem(place_of, f"{path} is a number: the constant must be one, without quotes")
            elif self._is_value(place_of, path):
                yield path, _plain(constant)

    def _tables(
        self, place: tuple[str, ...], section: object, prefix: str
    ) -> Iterator[tuple[tuple[str, ...], str, dict[str, Any]]]:
        """The tables of values by the field of the model, whose dots may have made tables of their own."""
        if not isinstance(section, dict):
            self._problem(place, f"{place[-1]} must be a table of fields of the model")
            return
        for name, inner in section.items():
            path, place_of = f"{prefix}{name}", (*place, name)
            is_field = path in self._known
            if isinstance(inner, dict) and (is_field or not any(isinstance(value, dict) for value in inner.values())):
                if self._is_value(place_of, path):
                    yield place_of, path, inner
            else:
                yield from self._tables(place_of, inner, f"{path}.")

    def _flat(self, place: tuple[str, ...], section: object) -> Iterator[tuple[tuple[str, ...], str, Any]]:
        """What a section has by path: dots without quotes have made tables of their own."""
        if not isinstance(section, dict):
            self._problem(place, f"{place[-1]} must be a table")
            return
        for name, value in section.items():
            if isinstance(value, dict):
                for place_of, path, inner in self._flat((*place, name), value):
                    yield place_of, f"{name}.{path}", inner
            else:
                yield (*place, name), name, value

    def _is_ours(self, place: tuple[str, ...], path: str) -> bool:
        prefixes = {path_.rsplit(".", n)[0] for path_ in self._known for n in range(1, path_.count(".") + 1)}
        known = {*self._known, *prefixes, *(prefix.removesuffix("[]") for prefix in prefixes)}
        if path not in known:
            self._problem(place, f"the model has no such field: {path!r}{_near(path, self._known)}")
        return path in known

    def _is_value(self, place: tuple[str, ...], path: str) -> bool:
        """Whether it is a field of the model that has a single value."""
        if not self._is_ours(place, path):
            return False
        containers = {".".join(names) for names in CONTAINERS[self._kind]}
        is_value = path in self._known and path not in containers
        if not is_value:
            self._problem(place, f"{path} is an object or a list; name a field with a value")
        return is_value

    def _has_as_many_lists(self, place: tuple[str, ...], theirs: str, ours: str) -> bool:
        if theirs.count("[]") == ours.count("[]"):
            return True
        self._problem(place, f'"{theirs}" and "{ours}" must have the same number of lists ([])')
        return False

    def _line(self, place: tuple[str, ...]) -> int | None:
        """The first line of what is at a place or within it."""
        return min((line for key, line in self._lines.items() if key[: len(place)] == place), default=None)

    def _problem(self, place: tuple[str, ...], message: str) -> None:
        line = next((found for n in range(len(place), 0, -1) if (found := self._line(place[:n]))), None)
        where = f"line {line}: " if line else ""
        self.problems.append(f"{where}[{'.'.join(place[:2])}] {message}")


def _key_at(text: str, error: tomllib.TOMLDecodeError) -> str:
    """The key of the line that cannot be read, and that it needs quotes, if it does."""
    found = _AT_LINE.search(str(error))
    lines = text.splitlines()
    if found is None or int(found[1]) > len(lines):
        return ""
    key = lines[int(found[1]) - 1].partition("=")[0].strip(" \t[]")
    shown = f", `{without_contacts(key)}`" if key else ""
    needs_quotes = any(not _BARE.fullmatch(name) for name in _UNQUOTED.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", key)))
    return f"{shown}{_ASCII_KEY if needs_quotes else ''}"


def _is_path(path: str) -> bool:
    names = re.split(r"(?<!\\)\.", path)
    return all(name.removesuffix("[]").strip() for name in names)


def _is_finite(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _plain(value: Any) -> Any:
    """A value as JSON has it: TOML's dates become their texts."""
    return value if isinstance(value, str | int | float | bool) else str(value)


def _near(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f" (did you mean {close[0]!r}?)"
    return f" (there are {', '.join(known)})" if len(known) <= _LISTED else ""
