"""A command in the background of a script can be ended as any other."""

import signal
import subprocess
import sys

PROGRAM = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell starts it
{heed}
from dagster._utils.interrupts import setup_interrupt_handlers
setup_interrupt_handlers()
print("ready", flush=True)
time.sleep(60)
"""
HEED = "from shop_assets.cli import restore_interrupts; restore_interrupts()"


def ends_on_sigterm(heed: str) -> bool:
    command = [sys.executable, "-c", PROGRAM.format(heed=heed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            return False
    return True


def test_a_command_in_the_background_ends_on_sigterm_which_dagster_alone_would_ignore() -> None:
    assert ends_on_sigterm(HEED)
    assert not ends_on_sigterm("")
