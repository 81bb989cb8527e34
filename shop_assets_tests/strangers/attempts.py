"""What a stranger tries at a door, by the bare protocols: no client of ours, no credentials but guesses."""

import os
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, Final

import bson
import grpc

Attempts = list[tuple[str, str]]

SECONDS: Final = 1.5
"""For a reply: a server that has one gives it in milliseconds, and one that has none keeps a stranger waiting."""

MOST_BYTES: Final = 20_000
CLOSED: Final = "(closed without a word)"
SILENT: Final = "(silent)"

METHODS: Final = ("GET", "PUT", "POST", "DELETE", "OPTIONS")
PATHS: Final = (
    # anything; S3; SeaweedFS' filer, master and volume server
    "/", "/no-such-thing", "/landing", "/landing/customers/cus-100001.json", "/stack-readiness/probe",
    "/buckets/", "/buckets/landing/?pretty=y", "/buckets/reports/forged.csv", "/dir/assign", "/dir/status",
    "/dir/lookup?volumeId=1", "/vol/grow?count=1", "/vol/status", "/col/delete?collection=landing", "/collection/info",
    "/cluster/status", "/submit", "/ui/index.html", "/status", "/metrics", "/debug/pprof/", "/healthz", "/stats/disk",
    "/1,0100000000", "/?Action=CreateUser&UserName=forged&Version=2010-05-08", "/api/config", "/health",
    # ClickHouse
    "/ping", "/?query=SELECT+*+FROM+mart.customers", "/?query=SELECT+1&user=default",
    "/?query=SELECT+1&user=shop&password=shop", "/?query=INSERT+INTO+FUNCTION+file('f.csv')+SELECT+1", "/play",
    # supervisord, Spark, Dagster, Traefik, Grafana, Prometheus, Jupyter
    "/RPC2", "/api/v1/applications", "/json/", "/environment/", "/jobs/", "/server_info", "/graphql?query={version}",
    "/api/http/routers", "/api/health", "/api/kernels", "/actuator/env",
)  # fmt: skip
BODY: Final = b"<?xml version='1.0'?><methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>"

GRPC_CALLS: Final = (
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", b"\x3a\x00"),
    ("/grpc.health.v1.Health/Check", b""),
    ("/master_pb.Seaweed/VolumeList", b""),
    ("/master_pb.Seaweed/CollectionList", b"\x08\x01"),
    ("/master_pb.Seaweed/Assign", b"\x08\x01"),
    ("/master_pb.Seaweed/GetMasterConfiguration", b""),
    ("/filer_pb.SeaweedFiler/ListEntries", b"\x0a\x08/buckets"),
    ("/filer_pb.SeaweedFiler/GetFilerConfiguration", b""),
    ("/filer_pb.SeaweedFiler/CreateEntry", b"\x0a\x01/\x12\x08\x0a\x06forged"),
    ("/iam_pb.SeaweedIdentityAccessManagement/ListUsers", b""),
    ("/iam_pb.SeaweedIdentityAccessManagement/CreateUser", b"\x0a\x08\x0a\x06forged"),
    ("/s3_pb.SeaweedS3IamCache/PutIdentity", b"\x0a\x08\x0a\x06forged"),
    ("/s3_lifecycle_pb.SeaweedS3LifecycleInternal/LifecycleDelete", b"\x0a\x07landing"),
    ("/volume_server_pb.VolumeServer/VolumeServerStatus", b""),
    ("/api.DagsterApi/Ping", b"\x0a\x01x"),
    ("/api.DagsterApi/ListRepositories", b""),
    ("/api.DagsterApi/GetServerId", b""),
)

MONGO_COMMANDS: Final[tuple[dict[str, Any], ...]] = (
    {"hello": 1},
    {"buildInfo": 1},
    {"listDatabases": 1},
    {"listCollections": 1},
    {"find": "customers"},
    {"count": "customers"},
    {"insert": "customers", "documents": [{"_id": "forged"}]},
    {"delete": "customers", "deletes": [{"q": {}, "limit": 0}]},
    {"dropDatabase": 1},
    {"aggregate": 1, "pipeline": [{"$currentOp": {}}], "cursor": {}},
    {"usersInfo": 1},
    {"createUser": "forged", "pwd": "x", "roles": ["root"]},
    {"serverStatus": 1},
    {"getParameter": "*"},
    {"getLog": "global"},
    {"dbStats": 1},
)

# Kafka's request header: key, version, correlation id, client id. Each body is of version 0.
KAFKA_REQUESTS: Final = {
    "metadata": (3, struct.pack(">i", 0)),
    "groups": (16, b""),
    "produce": (0, struct.pack(">hii", -1, 1000, 1) + struct.pack(">h", 14) + b"shop.customers" + struct.pack(">i", 0)),
    "configuration": (32, struct.pack(">ib", 1, 4) + struct.pack(">h", 1) + b"1" + struct.pack(">i", -1)),
}
KAFKA_GUESSES: Final = ("stack", "admin", "broker", "controller", "shop", "reader")

# Spark's transport: the length of the frame, the type of the message, and its fields.
SPARK_MESSAGES: Final = {
    "rpc": b"\x03" + struct.pack(">qi", 1, 4) + b"\xac\xed\x00\x05",
    "stream": b"\x06" + struct.pack(">i", 13) + b"/jars/any.jar",
    "chunk": b"\x00" + struct.pack(">qi", 1, 0),
}
PY4J: Final = b"r\nu\njava.lang.System\nrj\ne\n"


def warm_up() -> None:
    """Lets libraries import and open what they need, before this process is another user's."""
    with closing(grpc.insecure_channel("127.0.0.1:1")) as channel:
        _grpc_reply(channel, *GRPC_CALLS[1])
    "x".encode("idna")


def at_port(address: str) -> Attempts:
    host, _, port = address.rpartition(":")

    def connect() -> socket.socket:
        return socket.create_connection((host, int(port)), SECONDS)

    return [
        *_http(connect, "http"),
        *_http(lambda: _over_tls(connect()), "https"),
        *_grpc(host, int(port)),
        *_kafka(connect),
        *_mongo(connect),
        *_spark(connect),
        ("py4j", _exchange(connect, PY4J)),
    ]


def at_socket(path: str) -> Attempts:
    address = f"\0{path[1:]}" if path.startswith("@") else path

    def connect() -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        connection.connect(address)
        return connection

    return [
        *_http(connect, "http"),
        ("py4j", _exchange(connect, PY4J)),
        ("h2", _exchange(connect, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")),
    ]


def at_file(path: str, above: int) -> Attempts:
    """Reads a file, or lists a folder, named from the folder of the descriptor; then tries to change it."""
    return [("read", _file(path, above, os.O_RDONLY)), ("write", _file(path, above, os.O_WRONLY | os.O_NONBLOCK))]


def _file(path: str, above: int, flags: int) -> str:
    try:
        descriptor = os.open(path, flags, dir_fd=None if path.startswith("/") else above)
    except OSError as error:
        return f"{type(error).__name__}"
    os.close(descriptor)
    return "open"


def _http(connect: Callable[[], socket.socket], scheme: str) -> Iterator[tuple[str, str]]:
    first = _exchange(connect, _request("GET", "/"))
    yield f"{scheme} GET /", first
    if not first.startswith("HTTP/1.") or "Client sent an HTTP request to an HTTPS server" in first:
        return
    for path in PATHS:
        for method in METHODS:
            yield f"{scheme} {method} {path}", _exchange(connect, _request(method, path))


def _request(method: str, path: str) -> bytes:
    body = BODY if method in {"PUT", "POST"} else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _over_tls(connection: socket.socket) -> socket.socket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection)


def _grpc(host: str, port: int) -> Iterator[tuple[str, str]]:
    with closing(grpc.insecure_channel(f"{host}:{port}")) as channel:
        yield from ((f"grpc {method}", reply) for method, reply in _grpc_replies(channel))
    try:
        authority = ssl.get_server_certificate((host, port), timeout=SECONDS).encode()
    except (OSError, ValueError):
        return
    credentials = grpc.ssl_channel_credentials(authority)
    with closing(grpc.secure_channel(f"{host}:{port}", credentials)) as channel:
        yield from ((f"grpc over TLS {method}", reply) for method, reply in _grpc_replies(channel))


def _grpc_replies(channel: grpc.Channel) -> Iterator[tuple[str, str]]:
    for method, message in GRPC_CALLS:
        reply = _grpc_reply(channel, method, message)
        yield method, reply
        if "UNAVAILABLE" in reply or "DEADLINE_EXCEEDED" in reply:  # no gRPC is spoken here, or not with strangers
            return


def _grpc_reply(channel: grpc.Channel, method: str, message: bytes) -> str:
    try:
        for reply in channel.stream_stream(method)(iter([message]), timeout=SECONDS):
            return f"reply: {reply!r}"
    except grpc.RpcError as error:
        return f"{error.code().name}: {error.details()}"
    return "end of stream"


def _kafka(connect: Callable[[], socket.socket]) -> Iterator[tuple[str, str]]:
    for name, (key, body) in KAFKA_REQUESTS.items():
        reply = _exchange(connect, _kafka_request(key, body))
        yield f"kafka {name}", reply
        if reply == SILENT:  # another protocol is spoken here
            return
    handshake = _kafka_request(17, struct.pack(">h", 5) + b"PLAIN", version=1)
    for user in KAFKA_GUESSES:
        guess = f"\0{user}\0{user}".encode()
        login = _kafka_request(36, struct.pack(">i", len(guess)) + guess)
        metadata = _kafka_request(*KAFKA_REQUESTS["metadata"])
        yield f"kafka as {user}", _exchange(connect, handshake, login, metadata)


def _kafka_request(key: int, body: bytes, version: int = 0) -> bytes:
    return _framed(struct.pack(">hhih", key, version, 7, -1) + body, ">i", 0)


def _mongo(connect: Callable[[], socket.socket]) -> Iterator[tuple[str, str]]:
    for command in MONGO_COMMANDS:
        database = "shop" if "customers" in command.values() else "admin"
        document = bson.encode(command | {"$db": database})
        # OP_MSG: length, request id, response to, opcode; flags; one section with the document.
        text = struct.pack("<iiii", 21 + len(document), 1, 0, 2013) + struct.pack("<i", 0) + b"\0" + document
        reply = _exchange(connect, text, shown=_mongo_reply)
        yield f"mongo {next(iter(command))}", reply
        if reply in {SILENT, CLOSED}:
            return


def _mongo_reply(reply: bytes) -> str:
    try:
        return str(bson.decode(reply[21:]))
    except bson.InvalidBSON:
        return _shown(reply)


def _spark(connect: Callable[[], socket.socket]) -> Iterator[tuple[str, str]]:
    for name, text in SPARK_MESSAGES.items():
        reply = _exchange(connect, _framed(text, ">q", 8))
        yield f"spark {name}", reply
        if reply == SILENT:
            return


def _framed(text: bytes, length: str, more: int) -> bytes:
    return struct.pack(length, len(text) + more) + text


def _shown(received: bytes) -> str:
    return received.decode("utf-8", "backslashreplace")


def _exchange(connect: Callable[[], socket.socket], *messages: bytes, shown: Callable[[bytes], str] = _shown) -> str:
    """What comes back after each message is sent; an error by its name."""
    try:
        received, is_closed = _bytes(connect, *messages)
        return shown(received) if received else CLOSED if is_closed else SILENT
    except ssl.SSLError as error:
        return f"SSLError: {error.reason}"
    except OSError as error:
        return type(error).__name__


def _bytes(connect: Callable[[], socket.socket], *messages: bytes) -> tuple[bytes, bool]:
    """What comes after the messages, each sent when the one before is answered; and whether the other side closed."""
    received = b""
    with closing(connect()) as connection:
        connection.settimeout(SECONDS)
        try:
            for message in messages:
                connection.sendall(message)
                more = connection.recv(MOST_BYTES)
                received += more
            connection.settimeout(SECONDS / 10)
            while more and len(received) < MOST_BYTES:
                more = connection.recv(MOST_BYTES)
                received += more
        except TimeoutError:
            return received, False
        except ConnectionError:
            return received, True
    return received, True
