"""Names and contacts of people who do not exist: Faker's Russian names, e-mail domains that cannot be registered."""

import functools
from random import Random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from faker import Generator

FEMALE: Final = "female"
MALE: Final = "male"
GENDERS: Final = (FEMALE, MALE)

_EMAIL_DOMAINS: Final = ("example.com", "example.org", "example.net")  # reserved by RFC 2606


@functools.cache
def _faker() -> "Generator":
    from faker import Factory

    return Factory.create("ru_RU")


def faker(random: Random) -> Any:
    """Faker drawing from this stream. All callers share one object: call this again for every draw.

    Its methods come from providers at run time, so no type can name them.
    """
    generator = _faker()
    generator.random = random
    return generator


def first_name(random: Random, gender: str) -> str:
    """A Russian first name of this gender, drawn from `random`."""
    draw = faker(random)
    return str(draw.first_name_female() if gender == FEMALE else draw.first_name_male())


def last_name(random: Random, gender: str) -> str:
    """A last name in the form of this gender."""
    draw = faker(random)
    return str(draw.last_name_female() if gender == FEMALE else draw.last_name_male())


def phone(random: Random) -> str:
    """A Russian mobile number, `+7-9xx-xxx-xx-xx`."""
    digits = f"{random.randrange(10**9):09d}"
    return f"+7-9{digits[:2]}-{digits[2:5]}-{digits[5:7]}-{digits[7:]}"


def email(random: Random, first: str, last: str, number: int) -> str:
    """An e-mail made from its owner's name; the number keeps namesakes apart."""
    return f"{_latin(first)}.{_latin(last)}{number}@{random.choice(_EMAIL_DOMAINS)}"


@functools.cache
def _letters() -> dict[int, str]:
    from faker.providers.internet.ru_RU import Provider

    return str.maketrans(dict(Provider.replacements))


def _latin(name: str) -> str:
    return name.translate(_letters()).lower()
