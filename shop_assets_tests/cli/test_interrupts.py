"""Ctrl-C and SIGTERM at any moment: one line, within two seconds, and the same command goes on."""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from shop_assets.automation.unfinished_runs import STATUSES_WITH_PROCESS
from shop_assets_tests.cli.conftest import Command, in_own_environment, program
from shop_assets_tests.cli.terminal import CONTROL_SEQUENCE, CTRL_C, Ended, Terminal, is_soon

LONGEST_SECONDS = 2.0
LINE = r"Interrupted in {}; nothing is lost, the same command goes on."
PROGRAM = """
import signal, sys, time
{before}
from shop_assets.cli.terminal import interruption
interruption.handle_signals()
interruption.doing("the test")
def work():
    print("ready", flush=True)
    {work}
sys.exit(interruption.run(work))
"""


def begun(work: str, before: str = "") -> Terminal:
    code = PROGRAM.format(work=work, before=before)
    terminal = Terminal([sys.executable, "-c", code], dict(os.environ))
    terminal.wait_for("ready")
    return terminal


def assert_one_line(ended: Ended, code: int = 130) -> None:
    assert ended.code == code, ended.output
    assert ended.seconds < LONGEST_SECONDS
    assert len(ended.lines_after) == 1, ended.lines_after
    assert ended.lines_after[0].startswith("Interrupted in ")
    assert ended.lines_after[0].endswith("; nothing is lost, the same command goes on.")


def test_ctrl_c_is_one_line_also_inside_a_library_that_swallows_it() -> None:
    swallowing = "\n    while True:\n        try: time.sleep(60)\n        except BaseException: pass"
    ended = begun(swallowing).press(CTRL_C)
    assert_one_line(ended)
    assert ended.lines_after == [LINE.format("the test")]


def test_a_signal_that_the_system_hands_to_another_thread_ends_the_command_too() -> None:
    work = (
        "import threading; time.sleep(0.5); signal.pthread_kill(threading.get_ident(), signal.SIGINT); time.sleep(60)"
    )
    ended = begun(work).ended()
    assert_one_line(ended)


def test_a_long_name_of_what_is_interrupted_is_wrapped_at_blanks() -> None:
    name = "customer_features_parquet_features_have_one_row_per_customer"
    ended = begun(f"interruption.doing({name!r}); time.sleep(60)").press(CTRL_C)
    assert ended.lines_after == [f"Interrupted in {name};", "nothing is lost, the same command goes on."]


def test_sigterm_ends_a_command_in_the_background_which_a_shell_starts_with_sigint_ignored() -> None:
    ended = begun("time.sleep(60)", "signal.signal(signal.SIGINT, signal.SIG_IGN)").send(signal.SIGTERM)
    assert_one_line(ended, 143)


def test_temporary_folders_are_removed_and_a_clean_up_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    work = (
        f"import tempfile; folder = tempfile.TemporaryDirectory(dir={str(tmp_path)!r})\n"
        "    print('made', flush=True); time.sleep(60)"
    )
    terminal = begun(work)
    terminal.wait_for("made")
    assert_one_line(terminal.press(CTRL_C))
    assert not list(tmp_path.iterdir())
    hanging = "\n    with interruption.when_interrupted(lambda: time.sleep(60)): time.sleep(60)"
    assert_one_line(begun(hanging).press(CTRL_C))


def test_ctrl_c_is_the_end_of_a_command_without_one_and_needs_no_line() -> None:
    ended = begun("interruption.doing('the test', can_go_on=False); time.sleep(60)").press(CTRL_C)
    assert (ended.code, ended.lines_after) == (130, [])


def test_a_command_that_cannot_go_on_ends_with_the_reason_and_exit_code_1() -> None:
    ending = "import threading; threading.Thread(target=interruption.end, args=('The run is gone.',)).start()"
    ended = begun(f"{ending}; time.sleep(60)").ended()
    assert ended.code == 1
    assert ended.seconds < LONGEST_SECONDS
    assert ended.lines_after == ["error: The run is gone."]


@pytest.fixture
def begin(own: dict[str, str]) -> Callable[..., Terminal]:
    return lambda *arguments: Terminal(program(["shop", *arguments]), in_own_environment(own))


@pytest.mark.parametrize(
    ("arguments", "during"),
    [(("pii", "keys"), "counting the values"), (("rejects", "list"), "reading the rejects"), (("check",), "starting")],
)
def test_ctrl_c_names_the_whole_command(
    begin: Callable[..., Terminal], arguments: tuple[str, ...], during: str
) -> None:
    terminal = begin(*arguments)
    terminal.wait_for(during)
    ended = terminal.press(CTRL_C)
    assert_one_line(ended)
    assert ended.lines_after == [LINE.format(f"shop {' '.join(arguments)}")]


RUN = ("run", "--customers", "60", "--purchases", "120", "--replay")
MOMENTS = [(RUN, seconds) for seconds in (0.4, 0.7, 1, 2, 3, 5, 7, 9, 11, 13, 16, 19, 23, 28, 34, 41)] + [
    (("check",), 6), (("check",), 12),
    (("backfill", "--from", "2026-01-01", "--to", "2026-01-03"), 14),
    (("rejects", "list"), 0.8),
    (("up",), 1.5),
    (("inspect", "."), 1.2),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_inspection_that_is_interrupted_at_any_moment_leaves_no_file(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "source" / "purchases").mkdir(parents=True)
    with (tmp_path / "source" / "purchases" / "all.jsonl").open("w", encoding="utf-8") as file:
        for document in range(60_000):
            file.write(
                json.dumps({"purchase_id": f"p-{document}", "customer": {"customer_id": f"c-{document}"}}) + "\n"
            )
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    environment = in_own_environment({"TMPDIR": str(scratch), "SHOP_CACHE": str(tmp_path / "cache")})
    interrupted = 0
    for moment in range(1, 9):
        terminal = Terminal(program(["shop", "inspect", str(tmp_path / "source")]), environment)
        if terminal.wait(moment * 0.7):
            assert_one_line(terminal.send(number), 128 + number)
            interrupted += 1
        assert is_soon(lambda: not list(scratch.iterdir()))
    assert interrupted > 3, "the moments are too late for this machine"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ctrl_c_at_twenty_moments_loses_nothing(begin: Callable[..., Terminal], command: Command) -> None:
    interrupted = 0
    for arguments, seconds in MOMENTS:
        terminal = begin(*arguments)
        if terminal.wait(seconds):
            ended = terminal.press(CTRL_C)
            assert_one_line(ended)
            interrupted += 1
    assert interrupted > len(MOMENTS) * 3 / 4, "the moments are too late for this machine"
    with dg.DagsterInstance.get() as instance:
        statuses = {run.status for run in instance.get_runs()}
        assert dg.DagsterRunStatus.CANCELED in statuses
        assert not instance.get_runs(dg.RunsFilter(statuses=STATUSES_WITH_PROCESS))
    done = command("shop", *RUN)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_sigterm_during_a_run_is_recorded_as_a_cancellation(begin: Callable[..., Terminal]) -> None:
    with dg.DagsterInstance.get() as instance:
        before = {run.run_id for run in instance.get_runs()}
        terminal = begin(*RUN)
        terminal.wait_for("✓ mongo_collections")
        ended = terminal.send(signal.SIGTERM)
        assert_one_line(ended, 143)
        (run,) = [run for run in instance.get_runs() if run.run_id not in before]
        assert run.status is dg.DagsterRunStatus.CANCELED


@pytest.mark.slow
def test_the_address_of_the_ui_is_the_last_line_once_it_serves_and_ctrl_c_ends_its_servers(
    begin: Callable[..., Terminal],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    terminal = begin("ui", "--port", str(port))
    terminal.wait_for("Dagster: http", 120)
    socket.create_connection(("127.0.0.1", port), 5).close()
    terminal.wait(3)
    last = CONTROL_SEQUENCE.sub("", terminal.output).strip().splitlines()[-1]
    assert last.startswith(f"Dagster: http://127.0.0.1:{port} ")
    ended = terminal.press(CTRL_C)
    assert (ended.code, ended.lines_after) == (130, []), "it has no end of its own: nothing can be lost"
    assert ended.seconds < LONGEST_SECONDS
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 1)
