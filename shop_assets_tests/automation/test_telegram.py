"""The sender, held against a server that speaks the Bot API, with the errors that the real one gives."""

import logging
import time
import traceback

import pytest
from pydantic import SecretStr

from shop_assets.automation import telegram as sender
from shop_assets.automation.telegram import TEXT_LIMIT, TelegramChat, TelegramError, shortened
from shop_assets_tests.automation.bot_api import CHAT, TOKEN, BotApi, too_many


@pytest.fixture
def chat(telegram: BotApi, monkeypatch: pytest.MonkeyPatch) -> TelegramChat:
    monkeypatch.setattr(sender, "FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(sender, "RESPONSE_TIMEOUT_SECONDS", 0.3)
    return TelegramChat(telegram.url, SecretStr(TOKEN), CHAT)


def test_a_message_is_posted_once_as_the_bot_api_wants_it(chat, telegram):
    chat.send("Запуск упал")
    assert telegram.asked == [f"/bot{TOKEN}/sendMessage"]
    assert telegram.messages == [
        {"chat_id": CHAT, "text": "Запуск упал", "link_preview_options": {"is_disabled": True}}
    ]


@pytest.mark.parametrize(
    "trouble",
    [(500, {"ok": False, "description": "Internal Server Error"}), (502, "<html>Bad Gateway</html>"), None, 1.0],
    ids=["an error of the server", "a page of a proxy", "a connection that breaks", "no answer in time"],
)
def test_what_can_pass_is_tried_again(chat, telegram, trouble):
    telegram.answers = [trouble, trouble]
    chat.send("текст")
    assert telegram.texts == ["текст"]
    assert len(telegram.asked) == 3


def test_too_many_requests_wait_as_long_as_telegram_says(chat, telegram):
    telegram.answers = [too_many(1)]
    started = time.monotonic()
    chat.send("текст")
    assert time.monotonic() - started >= 1
    assert telegram.texts == ["текст"]


def test_a_wait_that_is_too_long_is_left_to_a_later_message(chat, telegram):
    telegram.answers = [too_many(3600)]
    started = time.monotonic()
    with pytest.raises(TelegramError, match="retry after 3600"):
        chat.send("текст")
    assert time.monotonic() - started < 5


def test_all_tries_together_have_a_time_limit(chat, telegram, monkeypatch):
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.5)
    telegram.answers = [(503, "")] * 1000
    started = time.monotonic()
    with pytest.raises(TelegramError, match="503"):
        chat.send("текст")
    assert time.monotonic() - started < 2
    assert len(telegram.asked) > 1


@pytest.mark.parametrize(
    ("status", "description"),
    [(401, "Unauthorized"), (400, "Bad Request: chat not found"), (403, "Forbidden: bot was kicked from the group")],
)
def test_a_refusal_is_not_tried_again_and_says_what_to_look_at(chat, telegram, status, description):
    telegram.answers = [(status, {"ok": False, "error_code": status, "description": description})]
    with pytest.raises(TelegramError, match=f"{description}.*SHOP_TELEGRAM_BOT_TOKEN"):
        chat.send("текст")
    assert len(telegram.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [None, (500, f"/bot{TOKEN}/sendMessage"), (400, {"ok": False, "description": f"no bot{TOKEN}"}), (404, "")],
)
def test_the_token_is_in_no_error_and_in_no_log(chat, telegram, answer, monkeypatch, caplog):
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.1)
    telegram.answers = [answer] * 1000
    caplog.set_level(logging.DEBUG)
    with pytest.raises(TelegramError) as refused:
        chat.send("текст")
    assert telegram.asked
    assert TOKEN not in "".join(traceback.format_exception(refused.value))
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(chat)


@pytest.mark.parametrize("text", ["а" * 5000, "😀" * 3000, "а" + "😀" * 3000])
def test_a_text_that_is_too_long_is_cut_by_telegrams_own_measure(chat, telegram, text):
    chat.send(text)
    (sent,) = telegram.texts
    assert TEXT_LIMIT - 1 <= len(sent.encode("utf-16-le")) // 2 <= TEXT_LIMIT
    assert sent.endswith("…")
    assert text.startswith(sent.removesuffix("…"))
    assert shortened("а" * TEXT_LIMIT, TEXT_LIMIT) == "а" * TEXT_LIMIT


def test_nobody_answers_at_the_address(monkeypatch):
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.2)
    monkeypatch.setattr(sender, "FIRST_WAIT_SECONDS", 0.05)
    with pytest.raises(TelegramError, match="did not respond: ConnectionError"):
        TelegramChat("http://127.0.0.1:9", SecretStr(TOKEN), CHAT).send("текст")
