"""Sends a text to a Telegram chat, by the Bot API's sendMessage (https://core.telegram.org/bots/api#sendmessage).

This module knows only the protocol: what is retried, for how long, and what a refusal means. `notifications.py` formats
the text. The bot's token is part of every URL: no URL, and no error of the HTTP library, gets into a message or a log.
"""

import logging
from dataclasses import dataclass
from typing import Any, Final, Self

import requests
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_before_delay

from shop_assets.errors import ShopError
from shop_assets.settings import Settings

TEXT_LIMIT: Final = 4096
"""UTF-16 code units: Telegram counts an emoji as two."""

CONNECT_SECONDS: Final = 5
RESPONSE_TIMEOUT_SECONDS: Final = 10
TOTAL_SECONDS: Final = 40
"""No attempt begins later than this: the last one ends before Dagster cancels a sensor's tick, at 60 s."""

FIRST_WAIT_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 15.0
TOO_MANY_REQUESTS: Final = 429
SERVER_ERROR: Final = 500

# At level DEBUG it logs the path of every request, and with it the token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class TelegramError(ShopError):
    """A message was not delivered; the text says why, and what to do. It never contains the token."""


class _TransientTelegramError(TelegramError):
    """Telegram did not respond, or wants the request later."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class TelegramChat:
    """A chat, and the bot that writes to it."""

    api_url: str
    token: SecretStr
    chat_id: str

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """The chat of the settings; None if they name none."""
        if settings.telegram_bot_token is None or settings.telegram_chat_id is None:
            return None
        return cls(settings.telegram_api_url.rstrip("/"), settings.telegram_bot_token, settings.telegram_chat_id)

    def send(self, text: str) -> None:
        """Send the text, at most its first 4,096 units; retry transient failures for about 40 s.

        A message whose response was lost may arrive twice. Raises TelegramError.
        """
        attempts = Retrying(
            retry=retry_if_exception_type(_TransientTelegramError),
            stop=stop_before_delay(TOTAL_SECONDS),
            wait=_wait,
            reraise=True,
        )
        attempts(self._send_once, shortened(text, TEXT_LIMIT))

    def _send_once(self, text: str) -> None:
        message: dict[str, Any] = {"chat_id": self.chat_id, "text": text, "link_preview_options": {"is_disabled": True}}
        try:
            answer = requests.post(
                f"{self.api_url}/bot{self.token.get_secret_value()}/sendMessage",
                json=message,
                timeout=(CONNECT_SECONDS, RESPONSE_TIMEOUT_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # Its text and its cause quote the URL.
            name = type(error).__name__
            raise _TransientTelegramError(
                f"Telegram at {self.api_url} (SHOP_TELEGRAM_API_URL) did not respond: {name}"
            ) from None
        self._require_success(answer)

    def _require_success(self, answer: requests.Response) -> None:
        body = _body(answer)
        if body.get("ok") is True:
            return
        # Only the API's own text is quoted: a proxy's page may quote the requested address.
        reason = str(body.get("description", answer.reason or "")).replace(self.token.get_secret_value(), "…")
        message = f"Telegram at {self.api_url} rejected the message: {answer.status_code} {reason}"
        if answer.status_code == TOO_MANY_REQUESTS:
            raise _TransientTelegramError(message, _retry_after(body))
        if answer.status_code >= SERVER_ERROR:
            raise _TransientTelegramError(message)
        raise TelegramError(f"{message}. Check SHOP_TELEGRAM_BOT_TOKEN and SHOP_TELEGRAM_CHAT_ID.")


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning and an ellipsis, in at most `limit` UTF-16 code units."""
    if text_units(text) <= limit:
        return text
    encoded = text.encode("utf-16-le")[: 2 * (limit - 1)]
    return encoded.decode("utf-16-le", errors="ignore") + "…"


def text_units(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, _TransientTelegramError) and error.wait_seconds is not None:
        return error.wait_seconds
    return float(min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (state.attempt_number - 1)))


def _body(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _retry_after(body: dict[str, Any]) -> float | None:
    parameters = body.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) and seconds >= 0 else None
