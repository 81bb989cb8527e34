"""Retries that outlast a restart of object storage: refused connections are retried until it may be back.

botocore limits retries by number, not by time. A number that suits a hanging store (half a minute per call) is used up
within 1.6 s when connections are refused: the standard mode's pauses are 0.05 s, doubled each time, times a random
number between 0 and 1. So refusals are limited by time here, and botocore still counts what hangs.
"""

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RESTART_SECONDS: Final = 20.0
"""How long a call is retried. A supervisor restarts SeaweedFS within 10 s, and for some seconds more it responds with
InternalError."""

_LONGEST_PAUSE: Final = 1.0
_REFUSALS: Final = (EndpointConnectionError, ConnectionClosedError)
_UNAVAILABLE: Final = frozenset({500, 502, 503, 504})
_FIRST_REFUSAL: Final = "first_refusal"


def retry_during_restart(client: "S3Client") -> None:
    """Make all calls of the client outlast a restart of the store."""
    client.meta.events.register_first("needs-retry.s3", _pause)  # type: ignore[arg-type]  # an answer is allowed


def _pause(
    *, attempts: int, response: Any, caught_exception: Exception | None, request_dict: dict[str, Any], **_event: object
) -> float | None:
    """Seconds to wait before the call is repeated; None leaves it to botocore."""
    is_unavailable = response is not None and response[0].status_code in _UNAVAILABLE
    if not (is_unavailable or isinstance(caught_exception, _REFUSALS)):
        return None
    now = time.monotonic()
    if now - request_dict["context"].setdefault(_FIRST_REFUSAL, now) >= RESTART_SECONDS:
        return None
    return min(_LONGEST_PAUSE, 0.05 * 2.0 ** (attempts - 1))
