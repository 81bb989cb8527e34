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
from functools import wraps
from typing import Any, Final, TypeVar

import dagster
from dagster import (
    AssetChecksDefinition,
    AssetsDefinition,
    OpDefinition,
)

from shop_assets.orchestration.masked_errors import MaskedErrors
from shop_assets.orchestration.masked_results import masked_result
from shop_assets.orchestration.retries import retried
from shop_assets.personal_data.contacts import without_contacts

Function = Callable[..., Any]
Defined = TypeVar("Defined")
Decorator = Callable[..., Callable[[Function], Defined]]
"""Takes Dagster's options, and gives what takes the function."""

IS_MASKED: Final = "__is_masked__"
"""The attribute of a function whose results are masked."""


def masked(function: Function) -> Function:
    """Mask what a function of an asset or a check returns, yields, logs and raises, and retry its transient failures.

    Args:
        function: A function that returns its results, or a generator of them.

    Returns:
        The function, with the same signature.
    """

    # The retry is outermost: Dagster stores the error that it was requested for, which must be masked by then.
    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        _mask_log(arguments, named)
        with retried(), MaskedErrors():
            return masked_result(function(*arguments, **named))

    @wraps(function)
    def generate(*arguments: Any, **named: Any) -> Iterator[Any]:
        _mask_log(arguments, named)
        with retried(), MaskedErrors():
            yield from map(masked_result, function(*arguments, **named))

    # Dagster asks whether the function is a generator.
    chosen: Function = generate if inspect.isgeneratorfunction(function) else call
    vars(chosen)[IS_MASKED] = True
    return chosen


def _masking(decorator: Decorator[Defined]) -> Decorator[Defined]:
    """A decorator of Dagster's that masks the function first; it takes the same options."""

    def decorator_with(**options: Any) -> Callable[[Function], Defined]:
        define = decorator(**options)
        return lambda function: define(masked(function))

    return decorator_with


asset: Final[Decorator[AssetsDefinition]] = _masking(dagster.asset)
asset_check: Final[Decorator[AssetChecksDefinition]] = _masking(dagster.asset_check)
multi_asset_check: Final[Decorator[AssetChecksDefinition]] = _masking(dagster.multi_asset_check)
op: Final[Decorator[OpDefinition]] = _masking(dagster.op)


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
