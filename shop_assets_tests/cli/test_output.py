"""The line that says what a command does now: on a terminal with its seconds, and nowhere else. Sentences are wrapped
at blanks, on a terminal alone.
"""

import os
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from shop_assets.cli.explain import Explained
from shop_assets_tests.cli.conftest import in_own_environment, program
from shop_assets_tests.cli.terminal import CONTROL_SEQUENCE, Terminal, assert_wrapped
from shop_assets_tests.dashboards.page.test_explanation import DAY, MILK, rows

PROGRAM = """
import sys, time
from shop_assets.cli.terminal.output import working
from shop_assets.cli.running.step_output import silent_java
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


def on_a_terminal(*statements: str) -> str:
    return Terminal([sys.executable, "-c", "\n".join(statements)], dict(os.environ)).ended().output


def test_the_encoding_of_a_terminal_is_known_within_a_block_of_working() -> None:
    output = on_a_terminal(
        "import sys",
        "sys.stdout.reconfigure(encoding='utf-8')",
        "from shop_assets.cli.terminal.output import working",
        "from shop_assets.embedded.examination.surroundings import terminal",
        "with working('examining'):",
        "    found = terminal()",
        "print(found.verdict, found.found)",
    )
    assert "ok utf-8" in output


def schema_to(target: str, unbuffered: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """A command that writes a long text into a file, in a shell that runs something before."""
    command = f"{before}{' '.join(program(['shop', 'schema', 'stores']))} > {target}"
    own = in_own_environment({"PYTHONUNBUFFERED": unbuffered})
    return subprocess.run(["sh", "-c", command], env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_on_a_full_disk_is_an_error_with_and_without_pythons_buffer(unbuffered: str) -> None:
    done = schema_to("/dev/full", unbuffered)
    assert (done.returncode, done.stderr) == (1, "error: The output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_limit_of_a_files_size_is_one_sentence_and_nothing_is_cut_in_silence(tmp_path, unbuffered: str) -> None:
    # Half of the text fits: a write without a buffer is cut there, and succeeds.
    done = schema_to(str(tmp_path / "output"), unbuffered, before="ulimit -f 2; ")
    assert (done.returncode, done.stderr) == (1, "error: The output cannot be written: File too large.\n")


def test_an_error_is_wrapped_at_blanks_on_a_terminal_and_one_line_in_a_pipe() -> None:
    command, own = program(["shop", "schema", "shops"]), in_own_environment({})
    error = "error: No kind is called shops: the kinds are stores, products, customers, purchases.\n"
    assert len(error) > 80
    assert_wrapped(Terminal(command, own).ended().output, error)
    assert subprocess.run(command, env=own, capture_output=True, text=True, check=False).stderr == error


def test_a_warning_that_is_logged_is_wrapped_at_blanks() -> None:
    warning = "taking over the lease of a run that ended without releasing it (nothing needs to be done): shop backup"
    output = on_a_terminal(
        "import logging, sys",
        "from shop_assets.cli import application",
        "sys.argv = ['shop', '--version']",
        "application.run_command()",
        f"logging.getLogger('shop_assets').warning({warning!r})",
    )
    assert_wrapped(output.partition("\n")[2], warning)


def failing_command(*statements: str) -> str:
    """The output of statements that may run `shop broken`, a command that meets a truncated file."""
    return on_a_terminal(
        "import sys",
        "from shop_assets.cli import application",
        "@application.app.command('broken')",
        "def broken():",
        "    raise EOFError('a truncated file')",
        "sys.argv = ['shop', 'broken']",
        *statements,
    )


def test_an_error_that_a_question_without_an_answer_raises_too_is_no_answer_where_nothing_was_asked() -> None:
    output = failing_command("application.run_command()")
    assert "EOFError: a truncated file" in output
    assert "Abort" not in output


def test_an_error_that_a_full_disk_explains_is_explained_though_it_looks_like_an_unanswered_question() -> None:
    output = failing_command(
        "application._home_advice = lambda: 'The disk is full.'", "print('exit code', application.run_command())"
    )
    assert "error: The disk is full." in CONTROL_SEQUENCE.sub("", output)
    assert "exit code 1" in output
    assert "Traceback" not in output


def assert_narrow(output: str) -> list[str]:
    """No line is wider than the terminal; gives the lines as a person sees them."""
    lines = CONTROL_SEQUENCE.sub("", output).splitlines()
    assert max(map(len, lines)) <= 80
    return lines


def test_a_certificate_is_wrapped_at_blanks_with_its_lists_indented() -> None:
    output = on_a_terminal(
        "from shop_assets.cli.terminal.output import say",
        "from shop_assets_tests.cli.examples import certificate",
        "say(certificate().to_text())",
    )
    lines = assert_narrow(output)
    listed = lines[lines.index("Not gone at once:") + 1 :]
    assert listed[1].startswith("    ")
    assert all(line.startswith(("  ", "    ")) for line in listed[: listed.index("")])


def test_an_explanation_is_wrapped_at_blanks() -> None:
    text = "\n".join(Explained(DAY, rows(), [MILK]).lines(ZoneInfo("Europe/Moscow")))
    assert max(map(len, text.splitlines())) > 80
    output = on_a_terminal(
        "from zoneinfo import ZoneInfo",
        "from shop_assets.cli.explain import Explained",
        "from shop_assets_tests.dashboards.page.test_explanation import DAY, MILK, rows",
        "Explained(DAY, rows(), [MILK]).show(ZoneInfo('Europe/Moscow'))",
    )
    assert_narrow(output)
