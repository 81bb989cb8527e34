"""How docs/cleaning.md reads a value: an independent implementation in plain Python.

It knows nothing of the SQL. Values are what `json.loads(..., parse_float=Decimal)` gives, so that numbers stay exact.
"""

import itertools
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any
from zoneinfo import ZoneInfo

from shop_assets_tests.warehouse.plain_words import (
    AREAS,
    CARD_LEADS,
    CARD_REMARKS,
    CARD_WORDS,
    CASH_WORDS,
    CHANNELS,
    FEMALE,
    FIRST_HALVES,
    MALE,
    NEUTRAL_WORDS,
    NO,
    NO_CITIES,
    NOTHING,
    PAYMENT_CODES,
    PRODUCT_WORDS,
    SHORT_CITIES,
    SHORT_REGIONS,
    YES,
)

Json = Any
BLANKS = re.compile(r"\s+")
"""Python's blanks: those of Unicode, and the separators of ASCII."""


def scalar(value: Json) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():  # a float is written without a fraction that is zero
            is_whole = float(value).is_integer() and abs(value) < Decimal(10) ** 16
            return str(int(float(value))) if is_whole else str(value)
    return None


def id_text(value: Json) -> str | None:
    """An id, or a reference to one: trimmed and in lower case, nothing else."""
    given = scalar(value)
    return None if given is None else given.strip().lower() or None


def reference(value: Json) -> str | None:
    given = id_text(value)
    return None if given in NOTHING else given


def name(value: Json) -> str | None:
    given = scalar(value)
    if given is None:
        return None
    seen = "".join(c for c in given if unicodedata.category(c) != "Cf" and not _is_variation(c))
    return BLANKS.sub(" ", unicodedata.normalize("NFC", seen)).strip().lower() or None


def _is_variation(character: str) -> bool:
    return character == "\u034f" or "\ufe00" <= character <= "\ufe0f"


def text(value: Json) -> str | None:
    given = name(value)
    return None if given in NOTHING else given


def known_text(value: Json) -> str | None:
    """A text, unless it stands for a value that a change-data tool left out."""
    given = text(value)
    return None if given == "__debezium_unavailable_value" or is_misread(given) else given


def is_misread(given: str | None) -> bool:
    """Whether UTF-8 was read in another encoding: each letter became two, of which the first is one of these."""
    pairs = [
        first in "рсðñ" and re.fullmatch("[ -~à-þа-я\u0492-\u052f]", second) is None
        for first, second in itertools.pairwise(given or "")
    ]
    return any(all(pairs[at : at + 5 : 2]) for at in range(len(pairs) - 4))


def known_reference(value: Json) -> str | None:
    given = reference(value)
    return None if given == "__debezium_unavailable_value" else given


def decimal_form(given: str | None) -> str | None:  # noqa: C901, PLR0911, PLR0912  # a rule of the table each
    """A number as JSON writes it."""
    if given is None:
        return None
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?", given):
        return given
    sign, digits = (given[0], given[1:]) if given[:1] in ("+", "-") else ("", given)
    if not re.fullmatch(r"[0-9 ,.'’]+", digits):
        return None
    marks = [c for c in digits if c in ",."]
    if marks and (len(set(marks)) == 2 or len(marks) == 1):
        whole, _, fraction = digits.rpartition(marks[-1])
        if not re.fullmatch("[0-9]+", fraction):
            return None
        if len(set(marks)) == 2:
            groups = marks[0]
            if marks.count(marks[-1]) > 1 or not _thousands(whole, {groups}):
                return None
        elif " " in whole or "'" in whole or "’" in whole:
            if not _thousands(whole, set(" '’")):
                return None
        elif marks[0] == ",":
            if re.fullmatch("[1-9][0-9]{0,2}", whole) and len(fraction) == 3:
                return None  # thousands or decimals
            if not re.fullmatch("[0-9]+", whole):
                return None
        else:
            return None
        return sign + re.sub("[^0-9]", "", whole) + "." + fraction
    if marks:  # several of one kind
        return sign + re.sub("[^0-9]", "", digits) if _thousands(digits, {marks[0]}) else None
    return sign + re.sub("[^0-9]", "", digits) if _thousands(digits, set(" '’")) else None


def _thousands(digits: str, separators: set[str]) -> bool:
    joint = "[" + "".join(separators) + "]"
    return bool(re.fullmatch(rf"[1-9][0-9]{{0,2}}({joint}[0-9]{{3}})+", digits))


def number(given: str | None) -> Decimal | None:
    form = decimal_form(given)
    if form is None:
        return None
    exact = Decimal(form)
    if abs(exact) >= Decimal(10) ** 56:
        return None
    with localcontext() as context:
        context.prec = 500
        return exact.quantize(Decimal(1).scaleb(-20), ROUND_DOWN)


def amount(value: Json) -> str | None:
    """An amount's text without the rouble around it."""
    given = text(value)
    if given is None:
        return None
    bare = re.sub(r"^(₽|ru[br]\.?|р\.|руб(\.|лей|ля|ль)?) ?", "", given)
    bare = re.sub(r" ?(₽|ru[br]\.?|р\.?|руб(\.|лей|ля|ль)?)$", "", bare)
    # Beside a rouble a lone dot could separate thousands, as a lone comma could.
    return bare.replace(".", ",") if bare != given and re.fullmatch(r"[+-]?[1-9]\d{0,2}\.\d{3}", bare) else bare


def _rounded(exact: Decimal | None, digits: int, scale: int) -> Decimal | None:
    if exact is None:
        return None
    with localcontext() as context:
        context.prec = 500
        rounded = exact.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    return rounded if abs(rounded) < Decimal(10) ** (digits - scale) else None


def money(value: Json) -> Decimal | None:
    return _rounded(number(amount(value)), 18, 4)


def quantity(value: Json) -> Decimal | None:
    return _rounded(number(text(value)), 18, 6)


def measure(value: Json) -> float | None:
    form = decimal_form(text(value))
    return None if form is None or abs(float(form)) == float("inf") else float(form)


def whole(value: Json) -> int | None:
    exact = number(text(value))
    if exact is None or exact != exact.to_integral_value() or not -(2**31) <= exact < 2**31:
        return None
    return int(exact)


def within(found: float | None, low: float, high: float) -> float | None:
    return found if found is not None and low <= found <= high else None


def truth(value: Json) -> bool | None:
    said = name(value)
    return True if said in YES else False if said in NO else None


def payment(value: Json) -> str | None:
    given = text(value)
    if given is None:
        return None
    words = re.sub("[-_]+", " ", given.removesuffix(".")).replace("ё", "е")
    return "card" if words in CARD_WORDS else "cash" if words in CASH_WORDS else PAYMENT_CODES.get(words)


def gender(value: Json) -> str | None:
    given = text(value)
    return (
        "male" if given in MALE else "female" if given in FEMALE else "other" if given in ("other", "другой") else None
    )


def card_text(value: Json) -> str | None:
    given = text(value)
    if given is None or given in ("-1", "-1.0", "false", "ложь", "нет карты", "без карты", "no card"):
        return None
    number = re.sub("^((карта|card|№|#) ?)+", "", given)
    return None if number and set(number) <= set(" .,/_-0") and "0" in number else given


def card(value: Json) -> str | None:  # a rule each
    given = card_text(value)
    if given is None or not re.search("[0-9]", given) or re.fullmatch(r"[0-9]+(\.[0-9]+)?e[0-9]+", given):
        return None
    if re.fullmatch("enc:v[0-9]+:[a-z0-9]+:[a-z2-7]+", given):  # an encrypted phone or e-mail
        return given
    rests = re.split(r"[^\W\d_]+", given)[1:]
    if any(
        word in CARD_REMARKS and not rest.startswith(".")
        for word, rest in zip(re.findall(r"[^\W\d_]+", given), rests, strict=True)
    ):
        return None
    words = given.split(" ")
    if re.fullmatch("[a-z]{1,3} [0-9][0-9 -]{3,}", given):
        return None if re.fullmatch("(19|20)[0-9]{2}", words[1]) and len(words) == 2 else given
    if _is_day(words[0]):
        return None
    while words and (words[0] in CARD_LEADS or words[0].removesuffix(":") in CARD_LEADS):
        words.pop(0)
    bare = _without_leads(" ".join(words))
    return given if bare and all(map(_is_of_a_card, bare.split(" "))) else None


def _without_leads(given: str) -> str:
    """What is left of a text behind the words for a card, which may stand before it without a blank."""
    leads = sorted((lead for lead in CARD_LEADS), key=len, reverse=True)
    for lead in leads:
        if given.startswith(lead):
            rest = given[len(lead) :].removeprefix(":").removeprefix(" ")
            if rest and all(map(_is_of_a_card, _without_leads(rest).split(" "))):
                return _without_leads(rest)
    return given


def _is_day(word: str) -> bool:
    day = "(0?[1-9]|[12][0-9]|3[01])"
    month = "(0?[1-9]|1[0-2])"
    return (
        re.fullmatch(f"(19|20)[0-9]{{2}}-{month}-{day}(t[0-9].*)?|{day}-{month}-(19|20)?[0-9]{{2}}(t[0-9].*)?", word)
        is not None
    )


def _is_of_a_card(word: str) -> bool:
    if re.fullmatch("[0-9]{3,}([./][0-9]{3,})+", word):
        return True
    if not word or word[0] == "-" or not re.search("[0-9]", word):
        return False
    first = re.search("[0-9]", word)
    before, behind = (word, "") if first is None else (word[: first.start()], word[first.start() :])
    return all(c.isalpha() or c in "№#+*_-" for c in before) and all(
        c.isalpha() or c in "0123456789#*_-" for c in behind
    )


ABBREVIATIONS = ("г", "гор", "пос", "дер", "пгт", "рп", "п.г.т", "р.п")
FULL_WORDS = (
    *("город федерального значения", "город-герой", "рабочий поселок", "рабочий посёлок", "поселок городского типа"),
    *("посёлок городского типа", "рабочий поселок городского типа", "рабочий посёлок городского типа"),
    *("город", "поселок", "посёлок", "село", "деревня", "станица", "хутор", "аул", "city of"),
)


SIGNS = {chr(c) for c in range(0xC0) if not chr(c).isalnum() and chr(c) not in " '.,-"} | set("«»„“”№\ufffdªµº²³¹¼½¾")
COUNTRIES = (
    *(
        "россия",
        "россии",
        "рф",
        "российская федерация",
        "russia",
        "russian federation",
        "казахстан",
        "kazakhstan",
        "беларусь",
    ),
    *("белоруссия", "belarus", "украина", "ukraine", "армения", "armenia", "азербайджан", "грузия", "киргизия"),
    *("кыргызстан", "молдова", "молдавия", "таджикистан", "узбекистан", "uzbekistan"),
)
REGIONS = "обл|область|край|респ|республика|район|р-н|округ|ао|цао|сао|юао|вао|зао|свао|сзао|ювао|юзао|зелао|тинао"
STREETS = "ул|улица|пр|тц|трц|трк|бц|пр-т|проспект|пер|переулок|ш|шоссе|наб|набережная|пл|площадь|б-р|бульвар"
LOOK_ALIKES = str.maketrans("ëαεορτχκ", "ёаеортхк")


def city(value: Json) -> str | None:
    given = text(value)
    if given is None:
        return None
    raw = scalar(value) or ""
    lines = [line for part in raw.split("\t") for line in part.splitlines() if line.strip()]
    if len(lines) > 1:
        given = text(", ".join(line.strip() for line in lines)) or ""
    if _may_be_two(given):
        return None
    bare = re.sub('^[«"“„]', "", re.sub('[»"”“ .,]+$', "", _city_name(given)))
    parts = [_city_name(part.strip()) for part in bare.split(",")]
    names = {part for part in parts if part and not _stands_beside_a_city(part)}
    found = names.pop() if len(names) == 1 else None
    if found is None or _is_no_name(found) or found in NOTHING:
        return None
    spaced = re.sub(r"^([а-я])\.([а-яё]{3})", r"\1. \2", found)
    return SHORT_CITIES.get(spaced, spaced)


def _may_be_two(given: str) -> bool:
    """Whether a hyphen with a blank beside it may stand between two cities."""
    parts = (part.strip(" ") for part in given.split(","))
    return any(map(_is_joined, (part for part in parts if not _stands_beside_a_city(part))))


def _is_joined(part: str) -> bool:
    """Whether a blank is beside a hyphen that no name has: not after a first half, around на, before a second half."""
    known = (
        f"{DASHES} ?(на|над) ?{DASHES}",
        f"(^|[ .])({'|'.join(FIRST_HALVES)}) ?{DASHES} ?",
        f"{DASHES} ?([а-яё]+(ский|цкий|ный)|[0-9]+)( |$)",
    )
    rest = re.sub("|".join(known), "", part)
    return re.search(f" {DASHES}|{DASHES} ", rest) is not None


def _is_no_name(found: str) -> bool:
    latin = "a-zà-ÿα-ω0-9"
    return (
        any(c in SIGNS for c in found)
        or "'" in (found[0], found[-1])
        or re.search(f"[0-9]{{3}}|[{latin}][а-яё]|[а-яё][{latin}]| (и|and) ", found) is not None
        or sum(c.isalpha() for c in found) < 2
        or found in NO_CITIES | AREAS
        or re.fullmatch("[a-z]{2}", found) is not None
        or re.search(" ([0-9]+|[a-z]{1,2}|[а-яё])$", found) is not None
        or (" " in found and found.rsplit(" ", 1)[1] in SHORT_REGIONS)
        or "м" in re.split(f"[ .]|{DASHES}", found)[1:]
        or is_misread(found)
        or any(word in CHANNELS for word in re.split("[ .-]", found))
        or any(f" {country} " in f" {found.replace('-', ' ').replace('.', ' ')} " for country in COUNTRIES)
    )


def _stands_beside_a_city(part: str) -> bool:
    is_region = re.search(rf"(^| |{DASHES})({REGIONS})\.?( |{DASHES}|$)", part) is not None
    is_street = re.search(rf"(^| |{DASHES})({STREETS})([. ]|{DASHES}|$)", part) is not None
    is_house = re.match("(д|дом|кв|корп|стр|оф|офис)[. ]*[0-9]", part) is not None
    is_number = re.fullmatch("[0-9]{6}|[0-9]{1,4} ?[а-я]?", part) is not None
    return part in COUNTRIES or part in AREAS or is_region or is_street or is_house or is_number


def payment_text(value: Json) -> str | None:
    """What a payment says; "б/н" says something there."""
    return "б/н" if name(value) == "б/н" else text(value)


DASHES = "[" + "".join(re.escape(chr(c)) for c in range(0x11000) if unicodedata.category(chr(c)) == "Pd") + "]"


def _city_name(given: str) -> str:
    if re.search("[а-яё]", given):
        given = re.sub("([а-яё])0", r"\1о", re.sub("(^|[^0-9])0([а-яё])", r"\1о\2", given.translate(LOOK_ALIKES)))
    plain = re.sub(f" ?{DASHES} ?", "-", given)
    short = [word.replace(".", r"\. ?") for word in ABBREVIATIONS]
    before = "|".join([*(rf"{word}(?:\. ?| )" for word in short), *(f"{word} " for word in FULL_WORDS)])
    plain = re.sub(rf"^({before})(?=([б-йл-нр-я]\. ?)?[^\W\d_]{{2}})", "", plain)
    after = "|".join(word for word in short if word not in ("пос", "дер"))
    return re.sub(rf"( |, ?)({after})\.?$|, ?город$|(?<=[^й]) город$", "", plain).replace("ё", "е")


LAST_DAY = datetime(2299, 12, 31, tzinfo=UTC)
ZONE = r"(?:\[({0})\]|\(({0})\)|([a-z_]+(?:/[a-z_-]+)+|[a-z]{{3,5}}|мск))".format("[a-z][a-z0-9_+/:-]*|мск")
UTC_NAMES = {"utc", "gmt", "etc/utc", "etc/gmt"}
MOSCOW_NAMES = {"europe/moscow", "msk", "мск"}
ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?!\ \d\d:\d\d-)"  # behind a blank and without seconds it could be the end of a range
    r"(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


def iso(given: str | None) -> str | None:
    """A date or time in the form of ISO 8601, whether or not there is such a day."""
    form = None if given is None else _year_first(given)
    if form is None:
        return None
    time, zone = _zone_apart(form)
    if zone is not None:
        return time + "z" if zone in UTC_NAMES else time
    return re.sub(r" ?(?:utc|gmt)?([+-][0-9:]+)$", r"\1", re.sub(r" ?(utc|gmt)$", "", time))


def _zone_apart(form: str) -> tuple[str, str | None]:
    """A time, and the name of its zone behind it; an offset between them decides, and the name in brackets goes."""
    if of_utc := re.fullmatch(r"(.{10})[t ]([0-9:.]+) ?[\[(]?(?:utc|gmt)([+-][0-9:]+)[\])]?", form):
        return f"{of_utc[1]}t{of_utc[2]}{of_utc[3]}", None
    found = re.fullmatch(rf"([0-9-]{{10}}[t ][0-9:.]*:[0-9.]+)(z| ?[+-][0-9:]+)? ?{ZONE}", form)
    if found is None:
        return form, None
    time, offset, *in_brackets, bare = found.groups()
    if offset is None:
        return time, next(filter(None, in_brackets), bare)
    is_of_go = re.fullmatch(" [+-][0-9]{4}", offset) is not None and form[len(time + offset)] == " "
    return (time + offset if any(in_brackets) or is_of_go else form), None


def _zone_of(given: str | None) -> str | None:
    form = None if given is None else _year_first(given)
    zone = None if form is None else _zone_apart(form)[1]
    return None if zone in UTC_NAMES else zone


def _year_first(given: str) -> str | None:  # noqa: PLR0911  # a form of the table each
    if re.fullmatch("(19|20)[0-9]{6}", given):
        return f"{given[:4]}-{given[4:6]}-{given[6:]}"
    if compact := re.fullmatch("((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})t?([0-9]{2})([0-9]{2})([0-9]{2})(z?)", given):
        year, month, day, hour, minute, second, zone = compact.groups()
        return f"{year}-{month}-{day} {hour}:{minute}:{second}{zone}"
    plain = re.sub(r",(?= )| ?г\.?$", "", given, count=1)
    one_digit = r"(?<!:[0-9][0-9]\.)(?:\b|(?<=[0-9]t))([0-9])\b"  # not the digit of a fraction
    padded = re.sub(one_digit, r"0\1", plain, flags=re.ASCII)
    if parts := re.match(r"([0-9]{4})([-/.])([0-9]{2})([-/.])([0-9]{2})(?![0-9])", padded):
        year, joint, month, other_joint, day = parts.groups()
        return f"{year}-{month}-{day}{padded[parts.end() :]}" if (joint == "-") == (other_joint == "-") else None
    parts = re.match(r"([0-9]{2})([./-])([0-9]{2})([./-])([0-9]{4})", padded)
    if parts is None:
        return None
    first, joint, second, other_joint, year = parts.groups()
    rest = padded[parts.end() :]
    if joint == "." and other_joint == ".":
        return f"{year}-{second}-{first}{rest}"
    if "." in (joint, other_joint):
        return None
    if first == second or (int(first) > 12 >= int(second)):
        return f"{year}-{second}-{first}{rest}"
    if int(second) > 12 >= int(first):
        return f"{year}-{first}-{second}{rest}"
    return None


def epoch(given: str | None) -> datetime | None:
    if given is None:
        return None
    if re.match("-?0", given):
        return None
    if re.fullmatch("-?[0-9]{9,10}", given):
        milliseconds = int(given) * 1000
    elif re.fullmatch("[0-9]{12}", given) and _is_calendar_number(given):
        return None
    elif re.fullmatch("-?[0-9]{11,13}", given):
        milliseconds = int(given)
    elif re.fullmatch("[0-9]{16}", given):
        milliseconds = int(given[:13])
    else:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _is_calendar_number(given: str) -> bool:
    """Whether 10 or 12 digits fit one of the forms of a time, in which a year has four or two digits."""
    if len(given) == 10 and 1_400_000_000 <= int(given) < 2_050_000_000:
        return False  # seconds of 2014 to 2034
    short = ("yymmddHHMM", "ddmmyyHHMM", "mmddyyHHMM")
    long = ("YYYYmmddHHMM", "yymmddHHMMSS", "ddmmyyHHMMSS", "ddmmYYYYHHMM", "mmddYYYYHHMM")
    return any(_fits(given, form) for form in short + long if len(form) == len(given))


def _fits(given: str, form: str) -> bool:
    def part(letter: str) -> int:
        return int(given[form.index(letter) : form.rindex(letter) + 1]) if letter in form else 0

    is_year = "Y" not in form or 1900 <= part("Y") <= 2099
    is_day = 1 <= part("m") <= 12 and 1 <= part("d") <= 31
    return is_year and is_day and part("H") < 24 and part("M") < 60 and part("S") < 60


FIRST_PURCHASES = datetime(1990, 1, 1, tzinfo=UTC)


def _could_be_seconds_or_a_calendar(value: Json) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch("[0-9]{10}", text(value) or "") is not None
        and _is_calendar_number(text(value) or "")
    )


def _is_day_in_two_units(given: str) -> bool:
    return re.fullmatch("-?[0-9]{9,10}", given) is not None and int(given) % (15 * 60 * 1000) == 0


def day_text(value: Json) -> str | None:
    given = text(value)
    if given and re.fullmatch(r"0|(0000-00-00|0001-01-01|00\.00\.0000|01\.01\.0001)([^0-9].*)?", given):
        return None
    return given


def moment(value: Json, zone: str = "UTC", source_zone: str | None = None) -> datetime | None:
    """The moment of a purchase or a registration: nobody recorded one before 1990."""
    is_of_nine = re.fullmatch("-?[0-9]{9}", day_text(value) or "") is not None  # Apple counts seconds from 2001
    found = None if is_of_nine or _could_be_seconds_or_a_calendar(value) else _any_moment(value, zone, source_zone)
    return found if found is not None and found >= FIRST_PURCHASES else None


def _any_moment(value: Json, zone: str, source_zone: str | None = None) -> datetime | None:
    given = day_text(value)
    found = ISO.fullmatch(iso(given) or "")
    if not found:
        return _in_calendar(epoch(given))
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    milliseconds = int(((found[7] or "") + "000")[:3])
    is_beyond = year > LAST_DAY.year  # only the shape of such a date counts: a month has up to 31 days there
    local_zone = ZoneInfo(zone if found[4] is None else source_zone or zone)
    named = _zone_of(given)
    local_zone = ZoneInfo("Europe/Moscow") if named in MOSCOW_NAMES else local_zone
    try:
        offset = local_zone if not found[8] else UTC if found[8] == "z" else timezone(_offset(found[8]))
        calendar = (2000, 1, day) if is_beyond and 1 <= month <= 12 else (year, month, day)
        local = datetime(*calendar, hour, minute, second, milliseconds * 1000, tzinfo=offset)
        moved = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if is_beyond:
        return LAST_DAY
    if named is not None and named not in MOSCOW_NAMES | {(source_zone or zone).lower()}:
        return None
    return _in_calendar(moved) if local.year >= 1900 else None


def _in_calendar(found: datetime | None) -> datetime | None:
    return found if found is not None and 1900 <= found.year <= LAST_DAY.year else None


def has_time(value: Json) -> bool:
    form = iso(day_text(value)) or ""
    found = ISO.fullmatch(form)
    if not found or int(found[1]) < 1900 or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return True
    return found[4] is not None and int(found[1]) <= LAST_DAY.year


def _offset(zone: str) -> timedelta:
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    if minutes not in (0, 15, 30, 45) or not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        raise ValueError(zone)  # there is no such time zone
    return offset


def day(value: Json, source_zone: str = "UTC") -> date | None:
    found = None if _could_be_seconds_or_a_calendar(value) else _any_day(value, source_zone)
    return None if found == date(1900, 1, 1) else found  # the empty date of SQL Server and Excel


def _any_day(value: Json, source_zone: str) -> date | None:
    given = day_text(value)
    form = iso(given) or ""
    found = ISO.fullmatch(form)
    if found is None:
        seen = None if given is None or _is_day_in_two_units(given) else _in_calendar(epoch(given))
        return seen.astimezone(ZoneInfo(source_zone)).date() if seen else None
    midnight = _any_moment(form[:10], "UTC")
    return None if midnight is None or (found[4] and _time_of_day(found) is None) else midnight.date()


def _time_of_day(found: re.Match[str]) -> timedelta | None:
    hour, minute, second = (int(part or 0) for part in found.groups()[3:6])
    if hour > 23 or minute > 59 or second > 59:
        return None
    try:
        return timedelta(0) if found[8] in (None, "z") else _offset(found[8])
    except ValueError:
        return None


def labels(value: Json) -> list[str]:
    return [label for label in map(text, value) if label] if isinstance(value, list) else []


def product_group(label: str | None) -> str:
    letters = [n for n, character in enumerate(label or "") if character.isalpha()]
    words = re.findall(r"[^\W_]+", (label or "").lower()[letters[0] :]) if letters else []
    for code, own in PRODUCT_WORDS.items():
        if any(word in own for word in words) and all(word in own or word in NEUTRAL_WORDS for word in words):
            return code
    return "unknown"


Reader = Callable[[Json], object]
