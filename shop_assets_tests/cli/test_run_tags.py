"""The tag by which a person repeats a run of the command: Dagster's UI cannot."""

from datetime import date
from typing import Any

import pytest
import typer

from shop_assets.cli.application import app
from shop_assets.cli.running import runs
from shop_assets.settings import Settings


def test_the_tag_of_a_run_is_a_command_that_runs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(runs, "execute", lambda *_arguments, **options: given.append(options))
    settings = Settings.model_construct()
    runs.materialize_everything(settings, date(2026, 1, 31), {}, "id", lambda _event: None)
    runs.materialize_days(settings, date(2026, 1, 1), date(2026, 1, 31), lambda _event: None)
    commands = [options["tags"]["shop/repeat_with"] for options in given]
    assert commands == ["shop run --day 2026-01-31", "shop backfill --from 2026-01-01 --to 2026-01-31"]
    groups = typer.main.get_command(app)
    assert isinstance(groups, typer.core.TyperGroup)
    for _, name, *options in map(str.split, commands):
        groups.commands[name].make_context(name, options)
