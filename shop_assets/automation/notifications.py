"""The notification about finished runs: failed runs, and checks that failed or warned.

It is read from Dagster's event log and worded in Russian, or in the language of the translations. The texts of errors
are left out, because they may quote documents; a check's one-line description is kept, without anything like a phone or
an e-mail.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Final, Self

from dagster import (
    AssetCheckEvaluation,
    AssetCheckSeverity,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    EventLogEntry,
)

from shop_assets.automation.telegram import TEXT_LIMIT, shortened
from shop_assets.orchestration.partitions import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG
from shop_assets.personal_data.contacts import without_contacts

SHOWN_CHECKS: Final = 10
SHOWN_STEPS: Final = 5
DESCRIPTION_LIMIT: Final = 200
ROOM_FOR_THE_REST: Final = 60
"""UTF-16 units reserved for the line that says how many runs are not shown."""


@dataclass(frozen=True)
class FailedCheck:
    """A check that did not pass."""

    asset: str
    name: str
    description: str
    is_warning: bool
    is_blocking: bool

    @classmethod
    def from_evaluation(cls, evaluation: AssetCheckEvaluation) -> Self:
        """Read Dagster's record of a check."""
        return cls(
            asset=evaluation.asset_key.to_user_string(),
            name=evaluation.check_name,
            description=evaluation.description or "",
            is_warning=evaluation.severity is AssetCheckSeverity.WARN,
            is_blocking=evaluation.blocking is True,
        )


@dataclass(frozen=True)
class RunNotification:
    """What is wrong with a finished run."""

    run_id: str
    job: str
    days: str
    is_failed: bool
    failed_steps: tuple[str, ...]
    checks: tuple[FailedCheck, ...]

    @classmethod
    def from_run(cls, instance: DagsterInstance, run_id: str) -> Self | None:
        """What to report about a run; None if nothing is wrong."""
        run = instance.get_run_by_id(run_id)
        if run is None:  # deleted since
            return None
        events = [
            record.event_log_entry
            for record in instance.get_records_for_run(
                run_id, of_type={DagsterEventType.STEP_FAILURE, DagsterEventType.ASSET_CHECK_EVALUATION}
            ).records
        ]
        is_failed = run.status is DagsterRunStatus.FAILURE
        checks = tuple(
            FailedCheck.from_evaluation(evaluation) for evaluation in _evaluations(events) if not evaluation.passed
        )
        steps = tuple(
            event.step_key
            for event in events
            if event.step_key is not None and event.dagster_event_type is DagsterEventType.STEP_FAILURE
        )
        return cls(run_id, _job(run), _days(run), is_failed, steps, checks) if is_failed or checks else None


def format_message(notifications: Sequence[RunNotification], dagster_url: str, words: NullTranslations) -> str:
    """One message for all of them, within Telegram's limit; it says how many do not fit."""
    parts: list[str] = []
    for notification in notifications:
        part = _format_run(notification, dagster_url, words)
        if len("\n\n".join([*parts, part]).encode("utf-16-le")) // 2 > TEXT_LIMIT - ROOM_FOR_THE_REST:
            if not parts:  # one run may fail in more ways than a message can hold
                parts.append(shortened(part, TEXT_LIMIT - ROOM_FOR_THE_REST))
            if more := len(notifications) - len(parts):
                parts.append(words.gettext("… и ещё запусков с проблемами: {more}").format(more=more))
            break
        parts.append(part)
    return "\n\n".join(parts)


def _evaluations(events: Iterable[EventLogEntry]) -> Iterable[AssetCheckEvaluation]:
    for event in events:
        if event.dagster_event is not None and event.dagster_event_type is DagsterEventType.ASSET_CHECK_EVALUATION:
            yield event.dagster_event.asset_check_evaluation_data


def _job(run: DagsterRun) -> str:
    if not run.job_name.startswith("__"):
        return run.job_name
    assets = sorted(key.to_user_string() for key in run.asset_selection or ())  # started from the asset graph
    return ", ".join(assets[:SHOWN_STEPS])


def _days(run: DagsterRun) -> str:
    if PARTITION_TAG in run.tags:
        return run.tags[PARTITION_TAG]
    first, last = (run.tags.get(tag) for tag in (RANGE_START_TAG, RANGE_END_TAG))
    return f"{first} … {last}" if first and last else ""


def _format_run(notification: RunNotification, dagster_url: str, words: NullTranslations) -> str:
    _ = words.gettext
    job = notification.job or _("проверки")
    name = _("{job} за {days}").format(job=job, days=notification.days) if notification.days else job
    failed, unsound = _("❌ Запуск упал: {name}"), _("⚠️ Проверки не пройдены: {name} (запуск успешен)")
    lines = [(failed if notification.is_failed else unsound).format(name=name)]
    if notification.failed_steps:
        lines.append(_("Упавшие шаги: {steps}").format(steps=_some(notification.failed_steps, SHOWN_STEPS, words)))
    elif notification.is_failed and not notification.checks:
        lines.append(_("Ни один шаг не сообщил об ошибке: процесс убит или не стартовал."))
    lines += [_format_check(check, words) for check in notification.checks[:SHOWN_CHECKS]]
    if (more := len(notification.checks) - SHOWN_CHECKS) > 0:
        lines.append(_("  … и ещё проверок: {more}").format(more=more))
    return "\n".join([*lines, f"{dagster_url.rstrip('/')}/runs/{notification.run_id}"])


def _format_check(check: FailedCheck, words: NullTranslations) -> str:
    level = "предупреждение" if check.is_warning else "блокирующая" if check.is_blocking else "ошибка"
    text = shortened(without_contacts(" ".join(check.description.split())), DESCRIPTION_LIMIT)
    return f"  • {check.asset} / {check.name} [{words.gettext(level)}]" + (f": {text}" if text else "")


def _some(names: Sequence[str], shown: int, words: NullTranslations) -> str:
    listed = ", ".join(names[:shown])
    if (more := len(names) - shown) <= 0:
        return listed
    return words.gettext("{names} и ещё {more}").format(names=listed, more=more)
