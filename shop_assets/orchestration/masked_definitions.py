"""Dagster's decorators for assets, checks and ops, with which nothing personal reaches Dagster's database or logs.

Dagster stores the metadata of results, descriptions of checks, log messages and errors, and shows them to everyone who
opens its UI. Phones and e-mails in them are masked here, wherever they come from: a sample, an id, a reason, a file
name, a library's message. Every asset and check is defined by these decorators; the linter refuses Dagster's own, so
that a new one cannot forget it. What fails for a transient reason is retried if its run asks for it (`retries.py`).
"""

import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from time import monotonic
from typing import Any, Final, TypeVar

import dagster
from dagster import (
    AssetCheckResult,
    AssetChecksDefinition,
    AssetExecutionContext,
    AssetMaterialization,
    AssetsDefinition,
    Failure,
    JsonMetadataValue,
    MarkdownMetadataValue,
    MaterializeResult,
    MetadataValue,
    OpDefinition,
    PathMetadataValue,
    TextMetadataValue,
    UrlMetadataValue,
)

from shop_assets.errors import ShopError, TransientError
from shop_assets.orchestration.retries import is_transient, retry_transient
from shop_assets.personal_data.contacts import masked_value, without_contacts

Function = Callable[..., Any]
Defined = TypeVar("Defined")

IS_MASKED: Final = "__is_masked__"
"""The attribute of a function whose results are masked."""

RECORDED_EVERY_SECONDS: Final = 60.0
"""A run that is killed loses at most so much of what Dagster should know, and the partition in work."""

_TEXTS: Final = (MarkdownMetadataValue, PathMetadataValue, TextMetadataValue, UrlMetadataValue)


class MaskedError(ShopError):
    """An error whose own text had a phone or an e-mail in it that could not be masked in place."""


class MaskedTransientError(MaskedError, TransientError):
    """The same for an error that a retry can help."""


def asset(**options: Any) -> Callable[[Function], AssetsDefinition]:
    """Dagster's `@asset`, masked.

    Args:
        options: As Dagster has them.

    Returns:
        The decorator.
    """
    return _masked_decorator(dagster.asset(**options))


def asset_check(**options: Any) -> Callable[[Function], AssetChecksDefinition]:
    """Dagster's `@asset_check`, masked.

    Args:
        options: As Dagster has them.

    Returns:
        The decorator.
    """
    return _masked_decorator(dagster.asset_check(**options))


def multi_asset_check(**options: Any) -> Callable[[Function], AssetChecksDefinition]:
    """Dagster's `@multi_asset_check`, masked.

    Args:
        options: As Dagster has them.

    Returns:
        The decorator.
    """
    return _masked_decorator(dagster.multi_asset_check(**options))


def op(**options: Any) -> Callable[[Function], OpDefinition]:
    """Dagster's `@op`, masked.

    Args:
        options: As Dagster has them.

    Returns:
        The decorator.
    """
    return _masked_decorator(dagster.op(**options))


def _masked_decorator(decorator: Callable[[Function], Defined]) -> Callable[[Function], Defined]:
    return lambda function: decorator(retry_transient(masked(function)))


def masked(function: Function) -> Function:
    """Mask what a function of an asset or a check returns, yields, logs and raises.

    Args:
        function: A function that returns its results, or a generator of them.

    Returns:
        The function, with the same signature.
    """

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        _mask_log(arguments, named)
        with _MaskedErrors():
            return masked_result(function(*arguments, **named))

    @wraps(function)
    def generate(*arguments: Any, **named: Any) -> Iterator[Any]:
        _mask_log(arguments, named)
        with _MaskedErrors():
            yield from map(masked_result, function(*arguments, **named))

    # Dagster asks whether the function is a generator.
    chosen: Function = generate if inspect.isgeneratorfunction(function) else call
    vars(chosen)[IS_MASKED] = True
    return chosen


def masked_result(result: Any) -> Any:
    """Mask the metadata and the description of a result.

    Args:
        result: What an asset or a check returned.

    Returns:
        A copy of the result; anything else unchanged.
    """
    match result:
        case MaterializeResult():
            return result._replace(metadata=masked_metadata(result.metadata or {}))
        case AssetCheckResult():
            description = without_contacts(result.description) if result.description else result.description
            return result._replace(metadata=masked_metadata(result.metadata or {}), description=description)
        case _:
            return result


def masked_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Mask the texts of metadata. Counts, sizes and seconds, which are numbers, stay.

    Args:
        metadata: Values by label.

    Returns:
        A copy.
    """
    return {label: _masked_metadata_value(value) for label, value in metadata.items()}


def add_partition_metadata(context: AssetExecutionContext, metadata: Mapping[str, Any], key: str) -> None:
    """Add metadata to a partition of a step that materializes several, masked like the metadata of a result.

    Args:
        context: Of the step.
        metadata: Values by label.
        key: The partition.
    """
    context.add_asset_metadata(masked_metadata(metadata), partition_key=key)


@contextmanager
def partitions_recorded(context: AssetExecutionContext) -> Iterator[Callable[[Mapping[str, Any], str], None]]:
    """Record the partitions of a step that materializes several, also if it does not reach its end.

    Dagster records them when the step succeeds. A step that fails or is killed at its hundredth day would leave
    ninety-nine published days that Dagster knows nothing of: those it has not recorded yet are recorded when the step
    fails, and every minute.

    Args:
        context: Of the step.

    Yields:
        A function that takes the metadata and the key of a partition that is complete.
    """
    pending: dict[str, Mapping[str, Any]] = {}
    noted = monotonic()

    def note() -> None:
        nonlocal noted
        for key, metadata in pending.items():
            note_partition(context, metadata, key)
        pending.clear()
        noted = monotonic()

    def record(metadata: Mapping[str, Any], key: str) -> None:
        # Before this partition joins them: the step's end, which may be near, records each once more.
        if monotonic() - noted >= RECORDED_EVERY_SECONDS:
            note()
        add_partition_metadata(context, metadata, key)
        pending[key] = metadata

    try:
        yield record
    except BaseException:
        note()
        raise


def note_partition(context: AssetExecutionContext, metadata: Mapping[str, Any], key: str) -> None:
    """Record the materialization of a partition at once, also of one that is not the run's own, with masked metadata.

    Args:
        context: Of the step.
        metadata: Values by label.
        key: The partition.
    """
    context.log_event(AssetMaterialization(context.asset_key, metadata=masked_metadata(metadata), partition=key))


def _masked_metadata_value(value: Any) -> Any:
    match value:
        case str():
            return without_contacts(value)
        case JsonMetadataValue():
            return MetadataValue.json(masked_value(value.data))
        case _ if isinstance(value, _TEXTS):
            text = value.value or ""
            shown = without_contacts(text)
            return value if shown == text else type(value)(shown)
        case _:
            return value


def _mask_log(arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    for argument in (*arguments, *named.values()):
        log = getattr(argument, "log", None)
        if isinstance(log, logging.Logger):
            log.addFilter(_mask_record)


def _mask_record(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    shown = without_contacts(message)
    if shown != message:
        record.msg, record.args = shown, ()
    return True


class _MaskedErrors:
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
