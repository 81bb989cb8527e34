"""Errors without phones and e-mails: Dagster stores an error with its notes and its causes."""

from collections.abc import Iterator

from dagster import Failure

from shop_assets.errors import ShopError, TransientError
from shop_assets.orchestration.masked_results import masked_metadata
from shop_assets.orchestration.retries import is_transient
from shop_assets.personal_data.contacts import without_contacts


class MaskedError(ShopError):
    """An error whose own text had a phone or an e-mail in it that could not be masked in place."""


class MaskedTransientError(MaskedError, TransientError):
    """The same for an error that a retry can help."""


class MaskedErrors:
    """Masks an error that leaves the block, its notes, its causes and the errors of a group: Dagster stores all."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        for cause in _causes(error):
            _mask_in_place(cause)
        if any(_has_contacts(cause) for cause in _causes(error)):
            text = without_contacts(f"{type(error).__name__}: {_text(error)}")
            raise (MaskedTransientError(text) if is_transient(error) else MaskedError(text)) from None


def _mask_in_place(error: BaseException) -> None:
    error.args = tuple(without_contacts(text) if isinstance(text, str) else text for text in error.args)
    if notes := getattr(error, "__notes__", None):
        error.__notes__ = [without_contacts(str(note)) for note in notes]
    if isinstance(error, Failure):
        error.description = without_contacts(error.description) if error.description else error.description
        error.metadata = masked_metadata(error.metadata)


def _has_contacts(error: BaseException) -> bool:
    text = _text(error)
    return without_contacts(text) != text


def _text(error: BaseException) -> str:
    """Some errors ask for their text where it no longer is: Spark's ask its Java, which has ended by now."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # whatever it is, it must not hide the error that it was raised for
        return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    pending = [error]
    while pending:
        cause = pending.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        pending += [other for other in (cause.__cause__, cause.__context__) if other is not None]
        if isinstance(cause, BaseExceptionGroup):
            pending += cause.exceptions
