"""Translations of a language, and of everything that a definition says."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Any, Literal, TypeVar

Language = Literal["ru", "en"]
"""The codes of the languages; each has a file of translations beside this one."""

Definition = TypeVar("Definition")


@cache
def translations(language: Language | None) -> NullTranslations:
    """The translations into a language.

    Args:
        language: The language; none leaves every text as the code has it.

    Returns:
        Translations of the standard library: `gettext(text)`, and `ngettext(one, many, number)`.
    """
    if language is None:
        return NullTranslations()
    # Every process reads the settings and with them this module; few translate.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with files(__package__).joinpath(f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()  # the standard library reads compiled catalogues alone
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def translated(definition: Definition, words: NullTranslations) -> Definition:
    """Translate every text of a definition.

    Args:
        definition: A text; or a data class, list, tuple or mapping with texts at any depth. Keys stay.
        words: The translations.

    Returns:
        An equal definition, in which every text that has a translation is that translation.
    """
    return _translated(definition, words)  # type: ignore[no-any-return]  # of the same type


def _translated(value: Any, words: NullTranslations) -> Any:
    match value:
        case str():
            return words.gettext(value) if value else value  # the empty text is the key of a catalogue's header
        case list():
            return [_translated(part, words) for part in value]
        case tuple():
            return tuple(_translated(part, words) for part in value)
        case Mapping():
            return {name: _translated(part, words) for name, part in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            parts = {each.name: getattr(value, each.name) for each in fields(value)}
            return replace(value, **_translated(parts, words))
        case _:
            return value
