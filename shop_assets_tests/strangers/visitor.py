"""The stranger's process as the tests use it: send it to doors and files, and get what it was given."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shop_assets_tests.strangers import stranger
from shop_assets_tests.strangers.doors import Door

NOBODY = 65534
CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Reply:
    """What one attempt at a door or a file gave."""

    kind: str
    target: str
    attempt: str
    text: str


@dataclass
class Visitor:
    process: subprocess.Popen[str]
    _sent: int = 0
    replies: list[Reply] = field(default_factory=list)

    def visit(self, doors: Iterable[Door]) -> set[Door]:
        """Sends the stranger to the doors, except for Unix sockets if it is the same user: these open for that one."""
        visited = {door for door in doors if door.kind == "tcp" or os.geteuid() == 0}
        for door in visited:
            self._send({door.kind: door.address})
        return visited

    def open_files(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._send({"file": path})

    def collect(self) -> list[Reply]:
        """Waits for the replies of everything that was sent."""
        assert self.process.stdout is not None
        while self._sent:
            kind, target, found = json.loads(self.process.stdout.readline())
            self.replies += [Reply(kind, target, attempt, text) for attempt, text in found]
            self._sent -= 1
        return self.replies

    def _send(self, line: dict[str, str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        self._sent += 1


@contextmanager
def visitor(folder: Path) -> Iterator[Visitor]:
    """A visitor who opens files by their paths below `folder`; another user's process where this one is root's."""
    uid = str(NOBODY) if os.geteuid() == 0 else stranger.KEEP_OWN_USER
    with subprocess.Popen(
        [sys.executable, "-m", stranger.__name__, uid, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT,
        env=os.environ | {"GRPC_VERBOSITY": "NONE"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Visitor(process)
        assert process.stdin is not None
        process.stdin.close()
