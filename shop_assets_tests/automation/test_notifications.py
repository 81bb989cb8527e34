"""Notifications about finished runs, through Dagster's own event log and a Telegram on this machine."""

import re
from collections.abc import Callable

import dagster as dg
import pytest
from pydantic import SecretStr

from shop_assets.automation.notification_sensor import (
    REPORTED_AGAIN_SECONDS,
    Cursor,
    build_notification_sensor,
    news,
)
from shop_assets.automation.notifications import FailedCheck, RunNotification, format_message
from shop_assets.automation.telegram import TEXT_LIMIT, TelegramError
from shop_assets.language.translations import translations
from shop_assets.settings import Settings
from shop_assets_tests.automation.bot_api import CHAT, TOKEN, BotApi
from shop_assets_tests.automation.troubled_jobs import E_MAIL, PHONE, run, run_many

Tick = Callable[..., dg.SensorResult]


@pytest.fixture
def alert_settings(telegram: BotApi) -> Settings:
    """No engine is needed: the sensor reads Dagster's storage alone."""
    chat = {"telegram_bot_token": SecretStr(TOKEN), "telegram_chat_id": CHAT, "telegram_api_url": telegram.url}
    return Settings.model_construct(dagster_url="http://dagster.example/", **chat)


@pytest.fixture
def tick(instance: dg.DagsterInstance, alert_settings: Settings) -> Tick:
    """Ticks as the daemon does: with the cursor of the tick before."""
    cursor: list[str | None] = [None]

    def ticked(settings: Settings = alert_settings) -> dg.SensorResult:
        context = dg.build_sensor_context(instance=instance, cursor=cursor[0])
        result = build_notification_sensor(settings)(context)
        assert isinstance(result, dg.SensorResult)
        assert not result.run_requests
        cursor[0] = result.cursor
        return result

    ticked()
    return ticked


def test_a_failed_run_is_reported_once_with_its_step_and_a_link(tick, telegram, instance):
    run_id = run(instance, fails=True, tags={"dagster/partition": "2026-11-24"})
    tick()
    tick()
    assert telegram.texts == [
        f"❌ Запуск упал: night за 2026-11-24\nУпавшие шаги: mart\nhttp://dagster.example/runs/{run_id}"
    ]
    assert telegram.messages[0]["chat_id"] == CHAT


def test_a_message_is_in_the_language_of_the_settings(tick, telegram, instance, alert_settings):
    failed = run(instance, fails=True, tags={"dagster/partition": "2026-11-24"})
    unsound = run(instance, passing=0)
    tick(alert_settings.model_copy(update={"language": "en"}))
    (text,) = telegram.texts
    assert f"❌ Run failed: night of 2026-11-24\nFailed steps: mart\nhttp://dagster.example/runs/{failed}" in text
    assert "⚠️ Checks not passed: night (the run succeeded)\n  • mart / " in text
    assert text.endswith(f"http://dagster.example/runs/{unsound}")
    assert "*** at ***" in text
    assert not re.search("[а-яё]", text.lower())


def test_failed_and_warning_checks_of_a_green_run_are_reported(tick, telegram, instance):
    run_id = run(instance, passing=0)
    assert instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.SUCCESS
    tick()
    (text,) = telegram.texts
    lines = text.splitlines()
    assert lines[0] == "⚠️ Проверки не пройдены: night (запуск успешен)"
    assert "  • mart / references [предупреждение]" in lines
    assert lines[-1] == f"http://dagster.example/runs/{run_id}"
    assert any(line.startswith("  • mart / counts [ошибка]: 120 purchases, expected at least 200") for line in lines)


def test_a_good_run_and_history_from_before_the_first_tick_are_not_reported(tick, telegram, instance, alert_settings):
    run(instance)
    tick()
    run(instance, fails=True)
    build_notification_sensor(alert_settings)(dg.build_sensor_context(instance=instance))
    assert telegram.messages == []


@pytest.mark.slow
def test_many_runs_of_one_tick_are_one_message(tick, telegram, instance):
    runs = [run(instance, fails=True), run(instance, passing=1), run(instance), run(instance, fails=True)]
    tick()
    (text,) = telegram.texts
    assert [run_id in text for run_id in runs] == [True, True, False, True]
    assert text.index(runs[0]) < text.index(runs[1]) < text.index(runs[3])


def test_no_personal_data_is_reported_whatever_errors_and_checks_say(tick, telegram, instance):
    run(instance, fails=True)
    run(instance, passing=0)
    tick()
    (text,) = telegram.texts
    assert E_MAIL not in text
    assert PHONE not in text
    assert "*** at ***" in text


def test_what_telegram_does_not_take_is_reported_by_a_later_tick_with_what_has_come_since(tick, telegram, instance):
    first = run(instance, fails=True)
    telegram.answers = [(401, {"ok": False, "description": "Unauthorized"})]
    with pytest.raises(TelegramError, match="Unauthorized"):
        tick()
    second = run(instance, passing=1)
    tick()
    (text,) = telegram.texts
    assert first in text
    assert second in text


def test_without_a_token_it_is_logged(tick, telegram, instance, alert_settings, capfd):
    run_id = run(instance, fails=True)
    tick(alert_settings.model_copy(update={"telegram_bot_token": None, "telegram_chat_id": None}))
    assert telegram.asked == []
    assert f"Запуск упал: night\nУпавшие шаги: mart\nhttp://dagster.example/runs/{run_id}" in capfd.readouterr().err


def test_a_run_with_many_failed_checks_says_how_many_more_there_are(tick, telegram, instance):
    run_many(instance)
    tick()
    (text,) = telegram.texts
    assert "и ещё проверок: 3" in text  # of 13, ten are shown
    assert len(text.encode("utf-16-le")) // 2 <= TEXT_LIMIT


@pytest.mark.parametrize("runs", [1, 2, 40, 1000])
def test_a_message_for_any_number_of_runs_fits_and_counts_those_that_it_does_not_show(runs):
    steps = tuple(f"шаг_{number}" * 20 for number in range(60))
    text = format_message(
        [RunNotification(f"run-{number}", "night", "", True, steps, ()) for number in range(runs)],
        "http://d",
        translations(None),
    )
    assert len(text.encode("utf-16-le")) // 2 <= TEXT_LIMIT
    shown = text.count("Запуск упал")
    assert shown >= 1
    assert text.endswith(f"… и ещё запусков с проблемами: {runs - shown}") == (shown < runs)


def test_a_run_whose_process_vanished_is_reported_as_such(tick, telegram, instance):
    done = instance.create_run_for_job(dg.GraphDefinition("night").to_job(), status=dg.DagsterRunStatus.STARTED)
    instance.report_run_failed(done)
    tick()
    assert "Ни один шаг не сообщил об ошибке" in telegram.texts[0]


def test_a_check_that_keeps_failing_is_not_reported_after_every_run_and_its_end_is(tick, telegram, instance):
    run(instance, passing=1)
    tick()
    run(instance, passing=1)
    tick()
    assert len(telegram.texts) == 1, "the second run has nothing new"
    run(instance, passing=0)
    tick()
    assert "mart / counts" in telegram.texts[1]
    assert "mart / references" not in telegram.texts[1]
    run(instance)
    tick()
    assert telegram.texts[2] == "✅ Снова проходят: mart / counts, mart / references"
    run(instance, passing=1)
    tick()
    assert "mart / references" in telegram.texts[3], "it is new again"


def test_a_check_that_keeps_failing_is_reported_twice_a_day():
    check = FailedCheck("mart", "references", "", is_warning=True, is_blocking=False)
    runs = [RunNotification("run", "night", "", False, (), (check,))]
    assert news(runs, {check.key: 1000.0}, 1000.0 + REPORTED_AGAIN_SECONDS - 1)[0] == []
    found, _, reported = news(runs, {check.key: 1000.0}, 1000.0 + REPORTED_AGAIN_SECONDS)
    assert found == runs
    assert reported == {check.key: 1000.0 + REPORTED_AGAIN_SECONDS}


def test_the_cursor_of_an_earlier_release_is_read():
    assert Cursor.parse('{"RUN_SUCCESS":"12","RUN_FAILURE":"7"}').events == {"RUN_SUCCESS": "12", "RUN_FAILURE": "7"}


def test_a_failed_run_that_dagster_starts_once_more_says_so(tick, telegram, instance):
    run(instance, fails=True, tags={"dagster/will_retry": "true"})
    tick()
    assert "Dagster сам запустит его ещё раз." in telegram.texts[0]
