"""Dagster's decorators for assets, checks and ops, with which nothing personal reaches Dagster's database or logs.

Dagster stores the metadata of results, descriptions of checks, log messages and errors, and shows them to everyone who
opens its UI. Phones and e-mails in them are masked, wherever they come from: a sample, an id, a reason, a file name, a
library's message (`masked_results.py`, `masked_errors.py`). Every asset and check is defined by these decorators; the
linter refuses Dagster's own, so that a new one cannot forget it. What fails for a transient reason is retried if its
run asks for it (`retries.py`).
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
    AssetChecksDefinition,
    AssetExecutionContext,
    AssetMaterialization,
    AssetsDefinition,
    OpDefinition,
)

from shop_assets.orchestration.masked_errors import MaskedErrors
from shop_assets.orchestration.masked_results import masked_metadata, masked_result
from shop_assets.orchestration.retries import retry_transient
from shop_assets.personal_data.contacts import without_contacts

Function = Callable[..., Any]
Defined = TypeVar("Defined")

IS_MASKED: Final = "__is_masked__"
"""The attribute of a function whose results are masked."""

RECORDED_EVERY_SECONDS: Final = 60.0
"""A run that is killed loses at most so much of what Dagster should know, and the partition in work."""


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
        with MaskedErrors():
            return masked_result(function(*arguments, **named))

    @wraps(function)
    def generate(*arguments: Any, **named: Any) -> Iterator[Any]:
        _mask_log(arguments, named)
        with MaskedErrors():
            yield from map(masked_result, function(*arguments, **named))

    # Dagster asks whether the function is a generator.
    chosen: Function = generate if inspect.isgeneratorfunction(function) else call
    vars(chosen)[IS_MASKED] = True
    return chosen


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
