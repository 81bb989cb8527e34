"""What is reported when no run does: a clock that the test sets, and Dagster's own storage."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._utils.error import SerializableErrorInfo
from pydantic import SecretStr

from shop_assets.automation.late_results import deadlines
from shop_assets.automation.telegram import TelegramError
from shop_assets.automation.watchdog import Cursor, build_watchdog, changes
from shop_assets.settings import Settings
from shop_assets_tests.automation.bot_api import CHAT, TOKEN, BotApi

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
"""Materializations have the real time."""

Look = Callable[[str], list[str]]


@dg.asset
def clickhouse_mart() -> None:
    pass


@dg.asset(name="clickhouse_mart")
def failing_mart(context: dg.AssetExecutionContext) -> None:
    context.log_event(dg.AssetMaterialization("clickhouse_mart"))
    raise RuntimeError


@dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
def report_csv() -> None:
    pass


@pytest.fixture
def settings() -> Settings:
    # Just before the tests' runs, so that what they materialize comes after it.
    return Settings.model_construct(ingest_schedule="0 0 * * *", report_schedule="0 4 * * *", automation=True)


@pytest.fixture
def look(instance: dg.DagsterInstance, settings: Settings) -> Look:
    """What is reported at a time of today; days may be added: `05:00+1`."""
    cursor = [Cursor()]

    def looked(clock: str) -> list[str]:
        at, _, days = clock.partition("+")
        hours, minutes = map(int, at.split(":"))
        now = TODAY + timedelta(days=int(days or 0), hours=hours, minutes=minutes)
        before = Cursor.parse(cursor[0].model_dump_json())
        lines, cursor[0] = changes(
            instance, settings, before, now.timestamp(), ["new_documents", "report_of_yesterday"]
        )
        return lines

    return looked


def test_data_that_does_not_come_is_reported_once_and_that_it_came(look: Look, instance: dg.DagsterInstance) -> None:
    assert look("01:00") == [], "deadlines before the first tick are nobody's"
    (late,) = look("02:01")
    assert f"{TODAY:%Y-%m-%d} 00:00" in late
    assert look("02:06") == []
    dg.materialize([failing_mart], instance=instance, raise_on_error=False)
    assert look("02:11") == [], "the run that materialized it has failed"
    dg.materialize([clickhouse_mart], instance=instance)
    assert look("02:16") == ["✅ Данные обновлены."]
    assert look("02:21") == []


def test_each_day_that_is_late_is_reported(look: Look) -> None:
    look("01:00")
    assert len(look("02:01")) == 1
    assert [line[0] for line in look("02:01+1")] == ["⏰", "⏰"], "of the report too"
    assert look("02:06+1") == []


def test_a_report_of_another_day_is_not_the_one_that_is_late(look: Look, instance: dg.DagsterInstance) -> None:
    dg.materialize([clickhouse_mart], instance=instance)
    yesterday = (TODAY - timedelta(days=1)).date().isoformat()
    look("03:00")
    assert look("05:01") == [f"⏰ Нет отчёта за {yesterday}. Смотрите daily_report."]
    dg.materialize([report_csv], partition_key="2024-05-05", instance=instance)
    assert look("05:06") == []
    dg.materialize([report_csv], partition_key=yesterday, instance=instance)
    assert look("05:11") == [f"✅ Отчёт за {yesterday} готов."]


def test_on_a_weekend_nothing_is_late_that_the_schedule_leaves_out(settings: Settings) -> None:
    weekdays = settings.model_copy(update={"report_schedule": "0 7 * * 1-5"})
    sunday = datetime(2026, 6, 21, 12, tzinfo=UTC)
    assert deadlines(weekdays, sunday.timestamp())[1].day == date(2026, 6, 18), "the one of Friday's tick"


def ticked(
    instance: dg.DagsterInstance,
    *outcomes: TickStatus,
    kind: InstigatorType = InstigatorType.SENSOR,
    name: str = "new_documents",
    location: str = "shop_assets",
) -> None:
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(location), "__repository__")
    origin = RemoteInstigatorOrigin(repository, name)
    schedule = ScheduleInstigatorData("0 6 * * *") if kind is InstigatorType.SCHEDULE else None
    state = InstigatorState(origin, kind, InstigatorStatus.DECLARED_IN_CODE, schedule)
    if state.selector_id not in {known.selector_id for known in instance.all_instigator_state()}:
        instance.add_instigator_state(state)
    for outcome in outcomes:
        instance.create_tick(
            TickData(
                state.instigator_origin_id,
                state.instigator_name,
                kind,
                outcome,
                datetime.now(UTC).timestamp(),
                selector_id=state.selector_id,
                run_ids=["a run"] if outcome is TickStatus.SUCCESS else None,
                error=SerializableErrorInfo("", [], None) if outcome is TickStatus.FAILURE else None,
            )
        )


def test_a_sensor_whose_ticks_fail_is_reported_once_and_that_it_is_well_again(
    look: Look, instance: dg.DagsterInstance
) -> None:
    ticked(instance, TickStatus.SUCCESS, TickStatus.FAILURE, TickStatus.FAILURE)
    assert look("01:00") == []
    ticked(instance, TickStatus.FAILURE)
    assert [line.split(":")[0] for line in look("01:05")] == ["⚠️ new_documents"]
    ticked(instance, TickStatus.FAILURE)
    assert look("01:10") == []
    ticked(instance, TickStatus.SKIPPED)
    assert look("01:15") == ["✅ new_documents: тики снова успешны."]
    assert look("01:20") == []


def test_a_code_location_that_was_renamed_hides_no_failing_sensor(look: Look, instance: dg.DagsterInstance) -> None:
    ticked(instance, *[TickStatus.FAILURE] * 3)
    ticked(instance, location="shop_assets.definitions")
    assert [line.split(":")[0] for line in look("01:00")] == ["⚠️ new_documents"]


def test_the_watchdog_does_not_report_itself(look: Look, instance: dg.DagsterInstance) -> None:
    ticked(instance, *[TickStatus.FAILURE] * 3, name="watchdog")
    assert look("01:00") == []


def test_one_failed_tick_of_a_schedule_is_reported_for_the_next_is_a_day_away(
    look: Look, instance: dg.DagsterInstance
) -> None:
    ticked(instance, TickStatus.SUCCESS, TickStatus.FAILURE, kind=InstigatorType.SCHEDULE)
    assert len(look("01:00")) == 1


def everything_comes(instance: dg.DagsterInstance) -> None:
    yesterday = (TODAY - timedelta(days=1)).date().isoformat()
    dg.materialize([clickhouse_mart], instance=instance)
    dg.materialize([report_csv], partition_key=yesterday, instance=instance)


def switched(
    instance: dg.DagsterInstance, status: InstigatorStatus, name: str = "new_documents", location: str = "shop_assets"
) -> None:
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(location), "__repository__")
    state = InstigatorState(RemoteInstigatorOrigin(repository, name), InstigatorType.SENSOR, status, None)
    known = {one.selector_id for one in instance.all_instigator_state()}
    change = instance.update_instigator_state if state.selector_id in known else instance.add_instigator_state
    change(state)


def test_a_sensor_that_was_switched_off_a_day_ago_is_reported_once_and_that_it_is_on_again(
    look: Look, instance: dg.DagsterInstance
) -> None:
    everything_comes(instance)
    switched(instance, InstigatorStatus.STOPPED)
    switched(instance, InstigatorStatus.STOPPED, name="no_longer_there")
    assert look("01:00") == []
    assert look("00:59+1") == []
    assert look("01:00+1") == ["⏸️ new_documents: больше суток выключено. Включается в Automation."]
    assert look("01:05+1") == []
    switched(instance, InstigatorStatus.RUNNING)
    assert look("01:10+1") == ["✅ new_documents: снова включено."]
    assert look("01:15+1") == []


def test_one_that_was_off_for_an_hour_or_under_a_former_name_of_the_location_is_not_reported(
    look: Look, instance: dg.DagsterInstance
) -> None:
    everything_comes(instance)
    switched(instance, InstigatorStatus.STOPPED)
    switched(instance, InstigatorStatus.STOPPED, name="report_of_yesterday", location="of_before")
    switched(instance, InstigatorStatus.DECLARED_IN_CODE, name="report_of_yesterday")
    look("00:10")
    switched(instance, InstigatorStatus.RUNNING)
    look("01:10")
    switched(instance, InstigatorStatus.STOPPED)
    assert look("01:20") == []
    assert look("01:00+1") == []


def test_without_automation_schedules_and_sensors_may_be_off(instance: dg.DagsterInstance, settings: Settings) -> None:
    switched(instance, InstigatorStatus.STOPPED)
    manual, cursor = settings.model_copy(update={"automation": False}), Cursor()
    for days in range(3):
        moment = TODAY + timedelta(days=days, hours=1)
        _, cursor = changes(instance, manual, cursor, moment.timestamp(), ["new_documents"])
    assert cursor.off == {}


def test_one_that_was_removed_or_may_be_off_now_is_not_reported_as_on_again(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    everything_comes(instance)
    switched(instance, InstigatorStatus.STOPPED)
    cursor = Cursor()
    for days in range(2):
        moment = (TODAY + timedelta(days=days, hours=1)).timestamp()
        lines, cursor = changes(instance, settings, cursor, moment, ["new_documents"])
    assert any("new_documents" in line for line in lines)
    off = settings.model_copy(update={"automation": False})
    for now, names in ((settings, []), (off, ["new_documents"])):
        lines, _ = changes(instance, now, cursor, moment + 60, names)
        assert not any("new_documents" in line for line in lines)


def test_what_telegram_does_not_take_is_reported_by_the_next_tick(
    instance: dg.DagsterInstance, settings: Settings, telegram: BotApi
) -> None:
    chat = {"telegram_bot_token": SecretStr(TOKEN), "telegram_chat_id": CHAT, "telegram_api_url": telegram.url}
    sensor = build_watchdog(settings.model_copy(update=chat))
    ticked(instance, *[TickStatus.FAILURE] * 3)
    telegram.answers = [(401, {"ok": False, "description": "Unauthorized"})]
    with pytest.raises(TelegramError):
        sensor(dg.build_sensor_context(instance=instance))
    result = sensor(dg.build_sensor_context(instance=instance))
    assert isinstance(result, dg.SensorResult)
    (text,) = telegram.texts
    assert "new_documents" in text
    sensor(dg.build_sensor_context(instance=instance, cursor=result.cursor))
    assert len(telegram.texts) == 1
