"""Warnings outside of a run, on their way to the terminal."""

import logging

import pytest

from shop_assets.cli import application


def test_a_warning_that_nobody_can_read_does_not_fail_whoever_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that renews a lease warns too."""

    def say(message: str, *, error: bool) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(application, "say", say)
    handler = application._Warnings(logging.WARNING)
    handler.handle(logging.makeLogRecord({"msg": "the lease", "levelno": logging.WARNING}))
