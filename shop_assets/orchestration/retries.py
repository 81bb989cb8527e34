"""Which failures of an asset are tried again: those that may pass by themselves, in runs that ask for it.

Dagster's own retry policies repeat whatever failed, even what a person cancelled. Here belongs the one decision that
they lack: what can pass. A run asks by its tag; one that a person waits for has none, and says at once what is wrong.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from dagster import Failure, OpExecutionContext, RetryRequested

from shop_assets.errors import TransientError

RETRIES_TAG: Final = "shop/retries"
"""The tag of a run: how many times a step of it is tried again."""

FIRST_WAIT_SECONDS: Final = 30.0
"""Doubled each time. An embedded engine is back after 10 s, a cluster has a new leader after 30; three tries with
30, 60 and 120 s between them outlast a restart and still end long before anybody waits for the report."""

TRANSIENT_ERRORS: Final = (TransientError, ConnectionError, TimeoutError)
"""The stages say by `TransientError` what may pass of their services. A socket's own errors (Python's ConnectionError,
TimeoutError) come through libraries that are not translated, and mean the same for each of them."""

P = ParamSpec("P")
R = TypeVar("R")


def retry_transient(function: Callable[P, R]) -> Callable[P, R]:
    """An asset's function that asks Dagster for another try when its run wants one and the failure may pass."""

    @wraps(function)
    def attempt(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return function(*arguments, **named)
        except Exception as error:
            context = OpExecutionContext.get()
            retries = int(context.run.tags.get(RETRIES_TAG, 0))
            if context.retry_number >= retries or not is_transient(error):
                raise
            raise RetryRequested(retries, FIRST_WAIT_SECONDS * 2**context.retry_number) from error

    return attempt


def is_transient(error: BaseException) -> bool:
    """Whether the same might work in a minute: a service was away or overloaded, or somebody else was at work.

    What is not known to pass does not: a defect, a wrong setting or bad data would only fail more slowly.
    """
    if isinstance(error, Failure) and not error.allow_retries:
        return False
    return any(isinstance(cause, TRANSIENT_ERRORS) for cause in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
