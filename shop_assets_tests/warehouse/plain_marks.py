"""What docs/no_sale.md excludes, in plain Python: documents, and lines of a receipt."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Self

from shop_assets_tests.warehouse.plain_values import Json, day_text, name, scalar, truth
from shop_assets_tests.warehouse.plain_words import (
    AMOUNT_ENDS,
    CHANGE_FIELDS,
    CHANGE_WORDS,
    CORRECTION_FIELDS,
    DELETES,
    DELETION_ENDS,
    DELETION_FLAGS,
    DELETION_PARTS,
    DELETION_TIMES,
    DELETION_WORDS,
    DENIALS,
    DENIED_BEGINNINGS,
    DONE_FIELDS,
    FLAG_ENDS,
    FLAG_WORDS,
    HARMLESS_ENDS,
    HARMLESS_PARTS,
    HINT_PARTS,
    MEANS_WORDS,
    MODE_WORDS,
    NAUGHTS,
    NEWEST_FLAGS,
    NO_SALE_FLAGS,
    NO_SALE_TIMES,
    NO_SALE_WORDS,
    NOT_DONE_BEGINNINGS,
    NOT_IN_STOCK,
    NOTHING,
    PROSE_PARTS,
    RATES,
    RECEIPT_TYPES,
    RECEIPTS,
    RUSSIAN_RECEIPTS,
    RUSSIAN_THINGS,
    SALE_FLAGS,
    SALE_THINGS,
    SALE_WORDS,
    SPEAKING_BEGINNINGS,
    SPEAKING_WORDS,
    STATUS_FIELDS,
    TEST_WORDS,
    TILL_THINGS,
    TYPE_FIELDS,
    TYPED_THINGS,
    UNSURE_FLAG_WORDS,
    UNSURE_NAMES,
    VALUE_PARTS,
    WAY_PARTS,
    WRITES,
)

EMPTY_DAYS = (
    *("1753-01-01", "1900-01-01", "1970-01-01", "1899-12-30", "1899-12-31", "9999-12-31"),
    *("01.01.1753", "01.01.1900", "01.01.1970", "30.12.1899", "31.12.1899", "31.12.9999"),
)


def mark_word(given: str) -> str:
    seen = "".join(c for c in given if unicodedata.category(c) != "Cf" and not _is_variation(c))
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFC", seen)) if re.search("[^!-~А-Яа-яЁё ]", given) else given
    parted = re.sub("([a-zа-яё0-9])([A-ZА-ЯЁ])", r"\1_\2", plain.strip(" "))
    return re.sub("[ -]+", "_", parted.lower()).replace("ё", "е").removeprefix("wc_")


def _is_variation(character: str) -> bool:
    return character == "\u034f" or "\ufe00" <= character <= "\ufe0f"


def mark_name(given: str) -> str:
    """A field's name, in which only the underscores at its beginning count."""
    return re.sub("(?<=[^_])_+", "", mark_word(given))


class Said(str):
    """A text in lower case that knows the words of which it consisted, which letter case divides too: `RefundSell`."""

    __slots__ = ("word",)
    word: str

    def __new__(cls, given: str | None) -> Self:
        said = super().__new__(cls, name(given) or "")
        parted = re.sub("(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])", "_", given or "")
        said.word = mark_word(parted)
        return said

    @property
    def is_no_sale(self) -> bool:
        return bool({self.word, self.word.replace("_", "")} & NO_SALE_WORDS)

    @property
    def is_sale(self) -> bool:
        return bool({self.word, self.word.replace("_", "")} & SALE_WORDS)


def _is_nothing(said: str) -> bool:
    return not said or said in NOTHING


def _flag(said: Said) -> str:
    if truth(said):
        return "out"
    if _is_nothing(said) or truth(said) is False or _is_zero(said) or day_text(said) is None or _is_empty_day(said):
        return "in"
    return "out" if _is_of_this_century(said) else "unknown"


def _is_empty_day(said: str) -> bool:
    day = re.split("[^0-9.-]", said)[0]
    return day in EMPTY_DAYS or ".".join(reversed(day.split("-"))) in EMPTY_DAYS


def _is_of_this_century(said: str) -> bool:
    if said.isascii() and said.isdecimal():
        if len(said) in (9, 10, 13, 16):
            return True
        is_calendar = 2000 <= int(said[:4]) < 2090 and 1 <= int(said[4:6]) <= 12 and said[6] in "0123"
        return len(said) == 12 or (len(said) in (8, 14) and is_calendar)
    parts = re.match(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})(?![0-9])", said)
    if parts is None:
        return False
    first, second, third = parts.groups()
    numbers = [int(part) for part in (first, second, third)]
    if len(first) == 4:
        return 2000 <= numbers[0] < 2090 and 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31 and len(third) <= 2
    return (
        len(first) <= 2
        and len(third) == 4
        and 2000 <= numbers[2] < 2090
        and 1 <= numbers[0] <= 31
        and 1 <= numbers[1] <= 31
    )


def _is_zero(said: str) -> bool:
    bare = re.sub("(₽|р|руб|rub)?[.]?$", "", said.lstrip("-+"), count=1)
    return "0" in bare and not bare.strip("0., ") if len(said) - len(said.lstrip("-+")) <= 1 else False


def _words(said: str) -> list[str]:
    return [word for word in re.split(r"[\W\d_]+", said.replace("ё", "е")) if word]


def _is_denied(said: Said) -> bool:
    """Whether a text denies what it speaks of: not refunded, nonrefundable, без возврата, returns: 0."""
    word = said.word
    denials, denied = "|".join(DENIALS), "|".join(DENIED_BEGINNINGS)
    impossible, rest = "(не_подлеж|не_?возмож)", r"[^\W\d_]*"
    forms = (
        f"({denials})_?({denied})",
        rf"{impossible}{rest}_([^\W\d_]+_и_)?({denied})",
        rf"({denied}){rest}(_и_[^\W\d_]+)?_{impossible}",
        rf"({denied}){rest}(_?[:=]_?|_)({'|'.join(NAUGHTS)})\Z",
    )
    return any(re.search(rf"(?<![^\W\d_]){form}", word) for form in forms)


def _refuses_at_the_till(words: list[str]) -> bool:
    """Whether a text goes on with what buyers refuse at every till: a bag, a printed receipt."""
    if words[:2] not in (["отказ", "от"], ["отказа", "от"]):
        return False
    things = words[3:4] if words[2:3] and words[2].endswith(("ого", "его", "ой", "ей")) else []
    return any(word.startswith(TILL_THINGS) for word in [*words[2:3], *things])


def _speaks(said: Said) -> bool:
    """Whether a text of a few words speaks of no sale."""
    if said.is_no_sale:
        return True
    if len(said) > 60 or len(said.split(" ")) > 4 or _is_denied(said):
        return False
    words = _words(said.word)
    words = [word for n, word in enumerate(words) if not _refuses_at_the_till(words[n:])]
    beginnings = [b for w in words for b in SPEAKING_BEGINNINGS if w.startswith(b) and not w.startswith("отменн")]
    negations = "|".join(NOT_DONE_BEGINNINGS)
    is_undone = re.search(rf"(?<![^\W\d_])(не|not)_?({negations})", said.word) is not None
    is_joined = any(re.fullmatch("[a-z]*(refund|return)(s|ed)?", word) for word in words)
    return bool(beginnings) or is_undone or is_joined or any(word in SPEAKING_WORDS for word in words)


def _speaks_of_deletion(said: Said) -> bool:
    if len(said) > 60 or len(said.split(" ")) > 4 or _is_denied(said):
        return False
    return any(word in DELETION_WORDS for word in _words(said.word))


def _is_harmless(name: str) -> bool:
    words = name.split("_")
    return (
        any(part in name for part in HARMLESS_PARTS)
        or name.endswith(("_enabled", "_до"))
        or any((word.endswith(HARMLESS_ENDS) and word != "table") or word in RATES for word in words)
        or re.search("(^|_)(can|free)_", name) is not None
    )


def _is_a_way(name: str) -> bool:
    return any(part in name for part in WAY_PARTS)


def _is_only_a_way(name: str) -> bool:
    """Whether a way is none by which something was done, as in cancelled_by_phone."""
    return _is_a_way(name) and not any(f"_{word}_" in name for word in MEANS_WORDS)


def _is_of_deletions(name: str) -> bool:
    is_flag = "del" in name.split("_") or re.search("del_?fla?g", name) is not None
    return (
        is_flag
        or any(part in name for part in DELETION_PARTS)
        or any(word.endswith(DELETION_ENDS) for word in name.split("_"))
    )


def _is_hint(name: str) -> bool:
    is_void = (
        re.search("(?<!a)void|revers(ed|al)|credit_?(note|memo)|(^|(receipt|check|cheque|fiscal|is)_?)correction", name)
        is not None
    )
    return is_void or _is_of_deletions(name) or any(part in name for part in HINT_PARTS)


def _is_state_of_sale(name: str) -> bool:
    bare = re.sub("_?(name|code|text|title|value|id)$", "", name)
    things, russian = "|".join(SALE_THINGS), "|".join(RUSSIAN_THINGS)
    return (
        (bare in ("status", "stage") and name != bare)
        or name in ("state_id", "stateid")
        or any(
            re.fullmatch(rf"([a-z0-9]+_)*({things})_?(status|state|stage)", form) is not None for form in (bare, name)
        )
        or re.match(rf"(статус|состояние)_?({russian})", name) is not None
        or re.fullmatch(rf"({russian})[а-я_]*(статус|состояние)", name) is not None
    )


def _is_nearly_a_type(name: str) -> bool:
    things, russian = "|".join(TYPED_THINGS), "чек|операци|расчет"
    return any(
        re.search(form, name) is not None
        for form in (
            f"({things})s?(_([a-z0-9]+_)*)?(type|operation|sign)(_|$|id|code)",
            f"(^|_)(type|sign|operation)_([a-z0-9]+_)*({things})",
            f"({russian})[а-я]*_?([а-я]+_)*(тип|вид|признак)",
            f"(тип|вид|признак)_?([а-я]+_)*({russian})",
        )
    )


def _is_flag(name: str) -> bool:
    bare = re.sub(f"_({'|'.join(FLAG_ENDS)})$", "", re.sub("^(is_?|date_)", "", name))
    return bare in NO_SALE_WORDS | FLAG_WORDS | TEST_WORDS | UNSURE_FLAG_WORDS


def _is_of_a_form(name: str) -> bool:
    forms = ("(receipt|document|doc|fiscal_?document|чек_?|документ_?)_?(code|код)", "код_?(чека|документа)")
    return any(re.fullmatch(form, name) is not None for form in forms)


def _is_of_changes(name: str) -> bool:
    is_of_rows = re.search("change_?mode|(^|[_0])(rec|record|row)_?(mode|status|state|flag)(_|$)", name) is not None
    return is_of_rows or any(word in CHANGE_WORDS for word in name.split("_"))


def _is_prose(name: str) -> bool:
    is_of_a_place = not {"table", "collection", "topic"}.isdisjoint(name.split("_"))
    if is_of_a_place or any(part in name for part in VALUE_PARTS):
        return False
    return any(part in name for part in PROSE_PARTS) or name.endswith("_id")


def _hint(said: Said) -> str:
    """What a field says that only speaks of a deletion or a return."""
    if truth(said):
        return "unknown"
    if _is_nothing(said) or truth(said) is False or _is_zero(said) or day_text(said) is None or _is_empty_day(said):
        return ""
    return "" if _is_denied(said) else "unknown"


def _status(said: Said) -> str:
    if _is_nothing(said) or (said.is_sale and not said.is_no_sale):
        return "in"
    return "out" if said.is_no_sale else "unknown"


def _change(said: Said) -> str:
    return "in" if not said or said in WRITES else "out" if said in DELETES else "unknown"


def _capture(said: Said) -> str:
    return {"1": "out", "": "in", "2": "in", "4": "in", "5": "in"}.get(said, "unknown")


def _type(said: Said) -> str:
    return {"1": "in", "2": "out", "3": "out", "4": "out"}.get(said) or _status(said)


def _sale(said: Said) -> str:
    if truth(said) is None:
        return "in" if _is_nothing(said) else "unknown"
    return "in" if truth(said) else "out"


def _done(said: Said) -> str:
    return "unknown" if truth(said) is False or said == "-1" else ""


def _word(said: Said) -> str:
    return "unknown" if truth(said) or (not _is_nothing(said) and _is_of_this_century(said)) else _prose(said)


def _present(said: Said) -> str:
    return "" if _is_nothing(said) else "unknown"


def _status_of_a_line(said: Said) -> str:
    return "unknown" if said in NOT_IN_STOCK else _status(said)


def _state_of_a_line(said: Said) -> str:
    return "unknown" if said in NOT_IN_STOCK else _state(said)


def _prose(said: Said) -> str:
    return "unknown" if said.is_no_sale and not _is_nothing(said) else ""


def _state(said: Said) -> str:
    return "" if _is_nothing(said) or (said.is_sale and not said.is_no_sale) else "unknown"


def _other(said: Said) -> str:
    return "unknown" if not _is_nothing(said) and _speaks(said) else ""


def _changes(said: Said) -> str:
    return "unknown" if said in ("d", "-d", "dl", "del") else _other(said)


def _code(said: Said) -> str:
    return "unknown" if said in ("2", "3", "4") else _changes(said)


def _form(said: Said) -> str:
    return "unknown" if said in ("31", "41") else _other(said)


def _mode(said: Said) -> str:
    return "unknown" if said.word in TEST_WORDS else _other(said)


def _gone(said: Said) -> str:
    return "unknown" if not _is_nothing(said) and _speaks_of_deletion(said) else ""


def _gone_changes(said: Said) -> str:
    return "unknown" if said in ("d", "-d", "dl", "del") else _gone(said)


def _silent(said: Said) -> str:
    return ""


Rule = Callable[[Said], str]
LISTED: tuple[Rule, ...] = (_flag, _status, _status_of_a_line, _type, _sale, _change, _capture, _present)
"""The rules of listed fields, and the one for names that speak of no sale: what they cannot hold is unknown."""


def _deletion_rule(word: str) -> Rule:  # noqa: PLR0911  # a row of the tables each
    listed = mark_name(word)
    if listed in DELETION_FLAGS | DELETION_TIMES:
        return _flag
    if listed in CHANGE_FIELDS:
        return _change
    if listed == "__$operation":
        return _capture
    if listed in NEWEST_FLAGS:
        return _done
    if listed in UNSURE_NAMES:
        return _hint
    if _is_harmless(word):
        return _silent
    if _is_of_deletions(word):
        return _silent if _is_only_a_way(word) else _hint
    if _is_a_way(word):
        return _silent
    if _is_of_changes(word):
        return _gone_changes
    return _silent if _is_prose(word) else _gone


def _line_rule(word: str) -> Rule:  # noqa: C901, PLR0911, PLR0912  # a row of the tables each
    listed = mark_name(word)
    if listed in STATUS_FIELDS:
        return _status
    if listed in NO_SALE_FLAGS | NO_SALE_TIMES | DELETION_FLAGS | DELETION_TIMES:
        return _flag
    if listed in CHANGE_FIELDS:
        return _change
    if listed == "__$operation":
        return _capture
    if listed in NEWEST_FLAGS:
        return _done
    if listed in UNSURE_NAMES:
        return _hint
    if _is_harmless(word):
        return _prose
    if _is_hint(word):
        return _prose if _is_only_a_way(word) else _hint
    if _is_a_way(word):
        return _prose
    if _is_flag(word):
        return _word
    if _is_state_of_sale(word):
        return _state
    if _is_nearly_a_type(word):
        return _code
    if _is_of_a_form(word):
        return _form
    if _is_of_changes(word):
        return _changes
    if not MODE_WORDS.isdisjoint(word.split("_")):
        return _mode
    return _prose if _is_prose(word) else _other


def _sale_rule(word: str) -> Rule:
    listed = mark_name(word)
    if listed in TYPE_FIELDS:
        return _type
    if listed in SALE_FLAGS:
        return _sale
    if listed in CORRECTION_FIELDS:
        return _present
    return _done if listed in DONE_FIELDS else _line_rule(word)


def _rule_of_a_line(word: str) -> Rule:
    rule = _line_rule(word)
    return {_status: _status_of_a_line, _state: _state_of_a_line}.get(rule, rule)


RULES: Mapping[str, Callable[[str], Rule]] = {"purchases": _sale_rule, "lines": _rule_of_a_line}
"""By what a document or a line is; all others have the rules of deletions."""


def _said(value: Json) -> Said:
    said = scalar(value.get("name") if isinstance(value, dict) else value)
    of_odata = re.search(r"\$metadata#([^(/?]*)", said or "")
    return Said(of_odata[1] if of_odata else said)


def _outcome(rule: Rule, value: Json) -> str:
    is_full = isinstance(value, dict | list) and bool(value) and not _said(value)
    if rule is _hint and is_full and not _says_anything(value):
        return ""
    if rule is _hint and is_full and (amounts := _amounts(value)):
        return "" if all(map(_is_naught, amounts)) else "unknown"
    return "unknown" if is_full and rule in (*LISTED, _hint) else rule(_said(value))


def _says_anything(value: Json) -> bool:
    if isinstance(value, dict | list):
        return any(map(_says_anything, value.values() if isinstance(value, dict) else value))
    return value is not None and value is not False and str(value).strip() != ""


def _amounts(value: Json) -> list[Json]:
    """The amounts in an object or a list, however deep."""
    named = list(value.items()) if isinstance(value, dict) else [("", part) for part in value]
    inner = [amount for _, part in named if isinstance(part, dict | list) for amount in _amounts(part)]
    return inner + [
        part for field, part in named if field.lower().endswith(AMOUNT_ENDS) and not isinstance(part, dict | list)
    ]


def _is_naught(value: Json) -> bool:
    return value in (None, "") or value is False or _is_zero((scalar(value) or "").lower())


def marks(others: Mapping[str, Json], kind: str) -> list[tuple[str, str, str]]:
    """Field, outcome and why, of the fields that the model does not have."""
    rule_of = RULES.get(kind, _deletion_rule)
    replaced = [value for field, value in others.items() if mark_name(field) == "metadata$isupdate"]
    is_replaced = bool(replaced) and truth(_said(replaced[0])) is True
    found = []
    for field, value in others.items():
        word = mark_word(field)
        outcome = _outcome(rule_of(word), value)
        if mark_name(field) == "metadata$action" and is_replaced:
            outcome = "unknown"
        found.append((field, outcome, f"{word}: {_shown(_said(value))}"))
    return found


def inner_marks(others: Mapping[str, Json], kind: str) -> list[tuple[str, str, str, str]]:
    """Field, name in it, outcome and why, of what is in fields that say nothing themselves."""
    speaking = {field for field, outcome, _ in marks(others, kind) if outcome}
    found = []
    for field, value in others.items():
        parts = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
        for part in parts[:100] if field not in speaking else ():
            for inner, content in part.items() if isinstance(part, dict) else (("", part),):
                outcome = _inner_outcome(mark_word(field), mark_word(inner), content, RULES.get(kind, _deletion_rule))
                word = mark_word(field) + ("." + mark_word(inner) if mark_word(inner) else "")
                found.append((field, inner, outcome, f"{word}: {_shown(_said(content))}"))
    return [mark for mark in found if mark[2]]


def _inner_outcome(field: str, inner: str, value: Json, rule_of: Callable[[str], Rule]) -> str:
    if any(part in field for part in ("histor", "timeline", "истори", "журнал")):
        return ""
    if (field, inner) == ("_meta", "op"):
        return _outcome(_change, value).removeprefix("in")
    rule, joined = rule_of(inner or field), rule_of(f"{field}_{inner}" if inner else field)
    if rule is _done:
        return ""
    if rule in (_status, _type, _state, _other, _changes, _prose):
        if joined in (_status, _type, _state):
            rule = joined
        elif rule is _type and not _is_type_of_receipt(field, inner):
            rule = _code if joined is _code or (field, inner) == ("content", "type") else _other
        elif rule in (_status, _state):
            rule = _other
    outcome = _outcome(rule, value)
    if rule in (_change, _capture):
        return "unknown" if outcome == "out" else ""
    return "unknown" if outcome in ("out", "unknown") else ""


def _is_type_of_receipt(field: str, inner: str) -> bool:
    if mark_name(inner) in RECEIPT_TYPES:
        return True
    around = field.rsplit("_", maxsplit=1)[-1]
    is_receipt = around.removesuffix("s") in RECEIPTS or re.fullmatch(
        f"({'|'.join(RUSSIAN_RECEIPTS)})[а-я]{{0,2}}", around
    )
    return bool(is_receipt) and inner not in ("type", "тип", "operation", "")


def _shown(said: Said) -> str:
    return said if re.fullmatch(r"[^\W\d_]([^\W\d]|[ -])*|[0-9]|[^\W\d]", said) or _is_wordy(said) else "set"


def _is_wordy(said: str) -> bool:
    return 0 < len(said) <= 30 and all(c.isalpha() or c in " _-" for c in said)
