"""The notification about finished runs: failed runs, and checks that failed or warned.

It is read from Dagster's event log and worded in Russian, or in the language of the translations. The texts of errors
are left out, because they may quote documents; a check's one-line description is kept, without anything like a phone or
an e-mail. A check that fails in every run is reported twice a day, and once more when it passes again.
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
    SensorEvaluationContext,
)

from shop_assets.automation.telegram import TEXT_LIMIT, TelegramChat, shortened, text_units
from shop_assets.orchestration.partitions import PARTITION_TAG, RANGE_END_TAG, RANGE_START_TAG
from shop_assets.personal_data.contacts import without_contacts

WILL_RETRY_TAG: Final = "dagster/will_retry"
"""Dagster sets it on a failed run that `run_retries` will start once more."""

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

    @property
    def key(self) -> str:
        """Its asset and its name."""
        return f"{self.asset} / {self.name}"

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
    """What is wrong with a finished run, and which checks passed in it."""

    run_id: str
    job: str
    days: str
    is_failed: bool
    failed_steps: tuple[str, ...]
    checks: tuple[FailedCheck, ...]
    passed: tuple[str, ...] = ()
    is_repeated: bool = False

    @classmethod
    def from_run(cls, instance: DagsterInstance, run_id: str) -> Self | None:
        """What to report about a run; None if it was deleted."""
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
        evaluations = list(_evaluations(events))
        checks = [FailedCheck.from_evaluation(evaluation) for evaluation in evaluations]
        failed = tuple(check for check, evaluation in zip(checks, evaluations, strict=True) if not evaluation.passed)
        # A check that is evaluated for several partitions passes if none of them failed.
        passed = tuple(dict.fromkeys(check.key for check in checks if check.key not in {one.key for one in failed}))
        steps = tuple(
            event.step_key
            for event in events
            if event.step_key is not None and event.dagster_event_type is DagsterEventType.STEP_FAILURE
        )
        is_repeated = run.tags.get(WILL_RETRY_TAG) == "true"
        return cls(run_id, _job(run), _days(run), is_failed, steps, failed, passed, is_repeated)


def format_message(
    notifications: Sequence[RunNotification], dagster_url: str, words: NullTranslations, recovered: Sequence[str] = ()
) -> str:
    """One message for all of them, within Telegram's limit; it says how many do not fit.

    Args:
        notifications: The runs with something to report.
        dagster_url: The address of the UI.
        words: The language.
        recovered: Checks that were reported and pass again.

    Returns:
        The text.
    """
    again = words.gettext("✅ Снова проходят: {checks}")
    parts = [again.format(checks=_listed(recovered, SHOWN_CHECKS, words))] if recovered else []
    for shown, notification in enumerate(notifications):
        part = _format_run(notification, dagster_url, words)
        if text_units("\n\n".join([*parts, part])) > TEXT_LIMIT - ROOM_FOR_THE_REST:
            more = len(notifications) - shown
            if not parts:  # one run may fail in more ways than a message can hold
                parts.append(shortened(part, TEXT_LIMIT - ROOM_FOR_THE_REST))
                more -= 1
            if more:
                parts.append(words.gettext("… и ещё запусков с проблемами: {more}").format(more=more))
            break
        parts.append(part)
    return "\n\n".join(parts)


def notify(context: SensorEvaluationContext, chat: TelegramChat | None, text: str) -> None:
    """Send a text to the chat, or to the sensor's log where none is set.

    Args:
        context: Of the tick.
        chat: The chat, if there is one.
        text: The text.

    Raises:
        TelegramError: The text was not delivered.
    """
    if chat is None:
        context.log.warning(text)  # not `log` as an argument: looking at it opens a file of the tick
    else:
        chat.send(text)


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
        lines.append(_("Упавшие шаги: {steps}").format(steps=_listed(notification.failed_steps, SHOWN_STEPS, words)))
    elif notification.is_failed and not notification.checks:
        lines.append(_("Ни один шаг не сообщил об ошибке: процесс убит или не стартовал."))
    if notification.is_repeated:
        lines.append(_("Dagster сам запустит его ещё раз."))
    lines += [_format_check(check, words) for check in notification.checks[:SHOWN_CHECKS]]
    if (more := len(notification.checks) - SHOWN_CHECKS) > 0:
        lines.append(_("  … и ещё проверок: {more}").format(more=more))
    return "\n".join([*lines, f"{dagster_url.rstrip('/')}/runs/{notification.run_id}"])


def _format_check(check: FailedCheck, words: NullTranslations) -> str:
    level = "предупреждение" if check.is_warning else "блокирующая" if check.is_blocking else "ошибка"
    text = shortened(without_contacts(" ".join(check.description.split())), DESCRIPTION_LIMIT)
    return f"  • {check.key} [{words.gettext(level)}]" + (f": {text}" if text else "")


def _listed(names: Sequence[str], shown: int, words: NullTranslations) -> str:
    listed = ", ".join(names[:shown])
    if (more := len(names) - shown) <= 0:
        return listed
    return words.gettext("{names} и ещё {more}").format(names=listed, more=more)
