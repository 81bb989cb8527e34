"""What a person sees of a download: a bar on a terminal, lines in a log."""

import io
import time

import pytest
from rich.console import Console

from shop_assets.embedded.downloads import download_progress
from shop_assets.embedded.downloads.download_progress import download_shown


def test_a_log_has_a_line_at_the_beginning_and_then_at_intervals(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(download_progress, "LINE_SECONDS", 0.05)
    log = io.StringIO()
    with download_shown(Console(file=log), "kafka's jars", 40) as step:
        for _ in range(3):
            step()
        deadline = time.monotonic() + 10
        while "steps" not in log.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    first, second, *_ = log.getvalue().splitlines()
    assert (first, second) == ("downloading kafka's jars (once)", "downloading kafka's jars: 3 of 40 steps, 0 s")


def test_a_terminal_has_a_bar_that_leaves_nothing_behind():
    terminal = io.StringIO()
    with download_shown(Console(file=terminal, force_terminal=True, width=80), "kafka's jars", 40) as step:
        step()
    assert "downloading kafka's jars (once)" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_a_download_that_fails_ends_its_lines(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(download_progress, "LINE_SECONDS", 0.05)
    log = io.StringIO()
    with pytest.raises(OSError, match="no network"), download_shown(Console(file=log), "Java, 100 MB"):
        raise OSError("no network")
    said = log.getvalue()
    time.sleep(0.2)
    assert log.getvalue() == said
