"""Which failures of assets, checks and ops are retried: transient ones, in runs that ask for it.

Dagster's own retry policies repeat whatever failed, even what a user cancelled. They have no rule for what is
transient; this module has one. A run asks for retries by its tag; one that a user waits for has none, and fails at
once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dagster import DagsterInvariantViolationError, Failure, OpExecutionContext, RetryRequested

from shop_assets.errors import TransientError

RETRIES_TAG: Final = "shop/retries"
"""The tag of a run: how many times a step of it is retried."""

FIRST_WAIT_SECONDS: Final = 30.0
"""Doubled each time. An embedded service is back after 10 s, a cluster has a new leader after 30; three retries
after 30, 60 and 120 s outlast a restart and still end long before the report is due."""

TRANSIENT_ERRORS: Final = (TransientError, ConnectionError, TimeoutError)
"""The stages mark by `TransientError` which failures of their services are transient. A socket's own errors (Python's
ConnectionError and TimeoutError) mean the same in every library, and are not translated."""


@contextmanager
def retried() -> Iterator[None]:
    """Ask Dagster for a retry of what fails in the block, if the run wants one and the failure is transient.

    Raises:
        RetryRequested: The run wants a retry; another failure leaves the block as it is.
    """
    try:
        yield
    except Exception as error:
        try:
            context = OpExecutionContext.get()
        except DagsterInvariantViolationError:  # it is called outside of a run
            raise error from error.__cause__
        retries = int(context.run.tags.get(RETRIES_TAG, 0))
        if context.retry_number >= retries or not is_transient(error):
            raise
        raise RetryRequested(retries, FIRST_WAIT_SECONDS * 2**context.retry_number) from error


def is_transient(error: BaseException) -> bool:
    """Whether the same work might succeed in a minute: a service was unavailable or busy, or another run was writing.

    Args:
        error: The failure; its causes are looked at too.

    Returns:
        False for what is not known to be transient: a defect, a wrong setting or bad data would only fail more slowly.
    """
    if isinstance(error, Failure) and not error.allow_retries:
        return False
    return any(isinstance(cause, TRANSIENT_ERRORS) for cause in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
