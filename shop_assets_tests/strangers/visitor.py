"""The stranger's process as the tests use it: send it to doors and files, and get what it was given."""

import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shop_assets_tests.strangers import stranger
from shop_assets_tests.strangers.doors import Door
from shop_assets_tests.strangers.harmless import is_harmless

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
    """A stranger, who is also sent to an open door and an open file: one who does not find these finds nothing.

    Silence and errors count as refusals, so a stranger who cannot even connect would pass every test.
    """

    process: subprocess.Popen[str]
    baits: set[str]
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
            replies = [Reply(kind, target, attempt, text) for attempt, text in found]
            self._sent -= 1
            if target in self.baits:
                assert [reply for reply in replies if not is_harmless(reply.text)], replies
                self.baits.remove(target)
            else:
                self.replies += replies
        assert not self.baits
        return self.replies

    def _send(self, line: dict[str, str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        self._sent += 1


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while received := self.request.recv(1000):
            self.request.sendall(received)


class _EchoServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass  # the stranger closes as it likes


@contextmanager
def _baits() -> Iterator[tuple[Door, str]]:
    with _EchoServer(("127.0.0.1", 0), _Echo) as server, tempfile.NamedTemporaryFile() as file:
        os.fchmod(file.fileno(), 0o644)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Door("tcp", "{}:{}".format(*server.server_address)), file.name
        server.shutdown()


@contextmanager
def visitor(folder: Path) -> Iterator[Visitor]:
    """A visitor who opens files by their paths below `folder`; another user's process where this one is root's."""
    uid = str(NOBODY) if os.geteuid() == 0 else stranger.KEEP_OWN_USER
    with (
        _baits() as (door, file),
        subprocess.Popen(
            [sys.executable, "-m", stranger.__name__, uid, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT,
            env=os.environ | {"GRPC_VERBOSITY": "NONE"},
        ) as process,
    ):  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        visiting = Visitor(process, {door.address, file})
        visiting.visit({door})
        visiting.open_files([file])
        yield visiting
        assert process.stdin is not None
        process.stdin.close()
