"""A Telegram of the test's own: sendMessage of the Bot API over HTTP, with the answers that the test sets."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "123456:a-secret-of-telegram"
CHAT = "-1001"
OK = (200, {"ok": True, "result": {"message_id": 1}})

Answer = tuple[int, Any]


def too_many(retry_after: int) -> Answer:
    body = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {retry_after}"}
    return 429, body | {"parameters": {"retry_after": retry_after}}


@dataclass
class BotApi:
    """`answers` are given in their order, then OK; None closes the connection, a number of seconds stays silent."""

    url: str = ""
    answers: list[Answer | float | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]


@contextmanager
def bot_api() -> Iterator[BotApi]:
    api = BotApi()
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            api.asked.append(self.path)
            answer = api.answers.pop(0) if api.answers else OK
            if answer is None:
                self.close_connection = True
                return
            if isinstance(answer, float):
                stop.wait(answer)
                return
            status, body = answer
            if status == 200:
                api.messages.append(message)
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
