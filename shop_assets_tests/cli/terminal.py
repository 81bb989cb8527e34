"""Commands in a terminal, with keys pressed, and what they wrote there."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

CTRL_C = "\x03"
CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
LONGEST_SECONDS = 60.0


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code, what it wrote, and what of it after a key or a signal, in how long."""

    code: int
    output: str
    after: str
    seconds: float

    @property
    def lines_after(self) -> list[str]:
        """The lines after the key, as a person sees them: without control sequences and spinners."""
        plain = CONTROL_SEQUENCE.sub("", self.after.replace("\x1b[2K", "\n").replace("^C", ""))
        lines = [line.strip() for line in re.split(r"[\r\n]+", plain)]
        return [line for line in lines if line and not re.match("[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]", line)]


def assert_wrapped(output: str, text: str, columns: int = 80) -> None:
    """A terminal's output is this text, broken at blanks alone: words that do not fit are in the next line."""
    lines = CONTROL_SEQUENCE.sub("", output).splitlines()
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())
    assert max(map(len, lines)) <= columns


def is_soon(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something is true within a few seconds."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A command in a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], columns: int = 80) -> None:
        self._side, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._process = subprocess.Popen(
            command, env={**environment, "TERM": "xterm"}, stdin=other, stdout=other, stderr=other,
            start_new_session=True, preexec_fn=_take_terminal,  # noqa: PLW1509  # no other thread
        )  # fmt: skip
        os.close(other)
        self._written = b""

    @property
    def output(self) -> str:
        return self._written.decode(errors="replace")

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_for(self, text: str, seconds: float = LONGEST_SECONDS) -> None:
        """Return when the command has written a text. It may have ended."""
        self._read_until(lambda: text in self.output, seconds)

    def wait_until(self, is_enough: Callable[[], bool], seconds: float = LONGEST_SECONDS) -> None:
        """Return when what the command has written is enough. It may have ended."""
        self._read_until(is_enough, seconds)

    def wait(self, seconds: float) -> bool:
        """Return after so many seconds; False if the command ends earlier."""
        self._read_until(lambda: False, seconds)
        return self._process.poll() is None

    def type(self, keys: str) -> None:
        os.write(self._side, keys.encode())

    def press(self, keys: str) -> Ended:
        """Type keys, and wait for the end."""
        return self._end_after(lambda: self.type(keys))

    def send(self, number: int) -> Ended:
        """Send a signal, and wait for the end."""
        return self._end_after(lambda: self._process.send_signal(number))

    def ended(self) -> Ended:
        """Wait for the end."""
        return self._end_after(lambda: None)

    def _end_after(self, act: Callable[[], None]) -> Ended:
        before, began = len(self._written), time.monotonic()
        act()
        self._read_until(lambda: False, LONGEST_SECONDS)
        seconds = time.monotonic() - began
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._read_until(lambda: False, 0.1)
        os.close(self._side)
        return Ended(self._process.returncode, self.output, self._written[before:].decode(errors="replace"), seconds)

    def _read_until(self, is_enough: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_enough() and time.monotonic() < deadline:
            if select.select([self._side], [], [], 0.02)[0]:
                try:
                    self._written += os.read(self._side, 65_536)
                except OSError:  # no process has the other end any more
                    self._process.wait(LONGEST_SECONDS)
                    return
            elif self._process.poll() is not None:
                return
