"""Replies that give a stranger nothing: refusals, silence, and signs of life without contents.

A reply that is not listed here is a finding, also from a port that nobody has thought of.
"""

import re
from typing import Final

from shop_assets_tests.strangers.attempts import CLOSED, SILENT

# What the stranger asked for, repeated by the refusal.
ECHO: Final = r"(<(?P<name>Resource|Key|BucketName|RequestId)>[^<]*</(?P=name)>)*"

BODIES: Final = {
    "nothing": r"",
    "a request that is no HTTP, or an HTTP request to a port with TLS": (
        r"400 Bad Request|Invalid HTTP request received\.|Client sent an HTTP request to an HTTPS server\.\n"
    ),
    "no such page": r"Not Found|404 page not found\n|Method Not Allowed",
    "Jetty refuses": (
        r"<html>\n<head>(?s:.*)<title>Error (?P<status>400|404|405) [\w ]+</title>(?s:.*)"
        r"<tr><th>STATUS:</th><td>(?P=status)</td></tr>(?s:.*)"
    ),
    "S3's refusals": (
        r'<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>(AccessDenied|MethodNotAllowed|NotImplemented)</Code>'
        rf"<Message>[\w ]+\.</Message>{ECHO}</Error>"
    ),
    "ClickHouse lives": r"Ok\.\n",
    "ClickHouse refuses": r"Code: (516|194)\. DB::Exception: [^\n]*(Authentication|password)[^\n]*\n*",
    "Dagster's UI refuses": r"Refused: only the account that started this UI may use it\.",
    "supervisord refuses": r"<head>\r\n<title>Error response</title>(?s:.*)Error code 401\.(?s:.*)",
}  # fmt: skip

ANSWERS: Final = {
    "nothing": rf"{re.escape(CLOSED)}|{re.escape(SILENT)}|(Connection\w+|BrokenPipe|Permission|Timeout)Error",
    "the process has ended meanwhile": r"(FileNotFound|ProcessLookup)Error",
    "TLS asks for a certificate, or is not spoken": r"SSLError: \w+",
    # The connection failed. A gRPC server that is open answers UNIMPLEMENTED, NOT_FOUND, …, which is not listed.
    "gRPC": r"(UNAVAILABLE: failed to connect|DEADLINE_EXCEEDED: )(?s:.*)",
    "MongoDB": r"\{'ok': 0\.0, 'errmsg': '[^']*requires authentication', 'code': 13, 'codeName': 'Unauthorized'\}",
    # Its clients need this before they log in: the limits and versions of the protocol.
    "MongoDB's greeting": r"\{.*'maxWireVersion': .*\}",
    "MongoDB's version": r"\{'version': '[\d.]+', 'secantusVersion': .*\}",
    # Frames of the kinds RPC failure, stream failure and chunk failure. Without spark.authenticate, Spark reads what a
    # stranger sends as Java objects, and fails in another way.
    "Spark wants a login first": r"\x00{5,6}(?s:.{2,5})\x05(?s:.*)Expected SaslMessage(?s:.*)",
    # A stream would be a file or a block for executors, which local mode does not have.
    "Spark has no such stream": (
        r"\x00{5,6}(?s:.{2,5})[\x08\x02](?s:.*)(Stream '/jars/any\.jar' was not found|NumberFormatException|"
        r"Unknown stream ID|UnsupportedOperationException)(?s:.*)"
    ),
    "Spark's bridge to Python": r"!x\w+ error: [^\n]*\n|!zspy4j\.Py4JException: Unknown command received(?s:.*)",
    # Lengths and the names of the mechanisms, then the refusal; metadata, which was asked for next, does not come.
    "Kafka": (
        r"[\x00-\x22]+(SCRAM-SHA-512)?[\x00-\x05]*(PLAIN)?(?s:.{10,20})"
        r"Authentication failed: Invalid username or password\x00{4}"
    ),
    "Kafka's list of mechanisms": r"[\x00-\x22]+(SCRAM-SHA-512)?[\x00-\x05]*(PLAIN)?",
}  # fmt: skip


def is_harmless(reply: str) -> bool:
    head, separator, body = reply.partition("\r\n\r\n")
    if head.startswith("HTTP/1.") and separator:
        return any(re.fullmatch(pattern, body) for pattern in BODIES.values())
    return any(re.fullmatch(pattern, reply) for pattern in ANSWERS.values())
