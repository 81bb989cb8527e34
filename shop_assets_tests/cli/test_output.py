"""The line that says what a command does now: on a terminal with its seconds, and nowhere else."""

import os
import subprocess
import sys

from shop_assets_tests.cli.terminal import CONTROL_SEQUENCE, Terminal

PROGRAM = """
import sys, time
from shop_assets.cli.output import working
from shop_assets.cli.step_output import silent_java
with working("stopping the services"), silent_java():
    time.sleep(1.4)
    print("noise of a library", file=sys.stderr)
with working("the second part"):
    print("a message", file=sys.stderr)
    print("a result", flush=True)
print("done", flush=True)
"""
COMMAND = [sys.executable, "-c", PROGRAM]


def test_a_terminal_shows_the_seconds_though_standard_error_is_silent_and_keeps_only_messages() -> None:
    ended = Terminal(COMMAND, dict(os.environ)).ended()
    assert ended.code == 0, ended.output
    assert "stopping the services … 0 s" in ended.output
    assert "stopping the services … 1 s" in ended.output
    assert "noise" not in ended.output
    assert ended.lines_after == ["a message", "a result", "done"]
    assert CONTROL_SEQUENCE.sub("", ended.output).count("a message") == 1


def test_a_pipe_or_a_file_gets_the_messages_alone() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("a result\ndone\n", "a message\n")


def test_output_to_a_file_stays_there_when_only_standard_error_is_a_terminal(tmp_path) -> None:
    file = tmp_path / "output"
    ended = Terminal(["sh", "-c", f"exec {sys.executable} -c '{PROGRAM}' > {file}"], dict(os.environ)).ended()
    assert file.read_text() == "a result\ndone\n"
    assert "a message" in ended.output
    assert "a result" not in ended.output
