"""The guard: which requests reach Dagster's webserver.

Refused are requests of other accounts of the machine, requests for another host name (DNS rebinding), requests that a
browser sends for a page of another origin, and GraphQL in forms that a browser sends without asking (in the URL, or as
plain text). Non-browser clients send neither `Origin` nor `Sec-Fetch-Site`, and are not affected by the last
two.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import parse_qs, urlsplit

from graphql import GraphQLSyntaxError, OperationDefinitionNode, OperationType, parse
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shop_assets.dagster_ui.accounts import SameAccountMiddleware

LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1")
FULL_STACK_HOST: Final = "dagster.localhost"
"""On the full stack's start page. Browsers take it for this machine and ask no DNS, which could lie."""

GRAPHQL: Final = "/graphql"
GRAPHQL_TYPES: Final = frozenset({"application/json", "application/graphql"})
OWN_SITES: Final = frozenset({"same-origin", "none"})
"""`none`: the user typed the address, or opened a bookmark. `same-site` is another origin: another port."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


def guard(url: str) -> list[Middleware]:
    """Build the guard of a webserver.

    Args:
        url: The address by which browsers reach the UI besides localhost: that of a reverse proxy, for example.

    Returns:
        The middleware, outermost first.
    """
    host = urlsplit(url).hostname or ""
    is_proxied = host not in {"", *LOOPBACK_HOSTS}
    hosts = [*LOOPBACK_HOSTS, *([host, FULL_STACK_HOST] if is_proxied else [])]
    # A local address is no origin of ours beyond the request's own: its port may be another program's.
    origins = frozenset({_origin(url)} if is_proxied else ())
    return [
        # A reverse proxy has an account, and asks for a login.
        *([] if is_proxied else [Middleware(SameAccountMiddleware)]),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        Middleware(SameOriginMiddleware, own_origins=origins),
    ]


class SameOriginMiddleware:
    """Passes on what comes from the UI's own pages, and from clients that are no browsers."""

    def __init__(self, app: ASGIApp, own_origins: Collection[str]) -> None:
        """Wrap an application.

        Args:
            app: The application.
            own_origins: Origins that are the UI's own, besides the one that a request's `Host` names.
        """
        self._app = app
        self._own_origins = own_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with 403 or 415, or pass the request on."""
        if scope["type"] in {"http", "websocket"}:
            headers = Headers(scope=scope)
            if not self._is_own(scope, headers):
                response = PlainTextResponse("Refused: the request comes from a page of another site.", 403)
                return await response(scope, receive, send)
            if scope["type"] == "http" and (reason := _wrong_graphql(scope, headers)):
                return await PlainTextResponse(f"Refused: {reason}.", 415)(scope, receive, send)
        return await self._app(scope, receive, send)

    def _is_own(self, scope: Scope, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        if set(origins) - {f"http://{headers.get('host', '')}", *self._own_origins}:
            return False
        if len(headers.getlist("host")) > 1:  # only the first one was compared
            return False
        sites = set(headers.getlist("sec-fetch-site"))
        return sites <= OWN_SITES or _is_followed_link(scope, headers)


def _is_followed_link(scope: Scope, headers: Headers) -> bool:
    """Whether a person followed a link of another site, which cannot read the page that then opens in the window."""
    return (
        scope["type"] == "http"
        and scope["method"] in SAFE_METHODS
        and not scope["path"].endswith(GRAPHQL)
        and headers.getlist("sec-fetch-mode") == ["navigate"]
        and headers.getlist("sec-fetch-dest") == ["document"]
    )


def _wrong_graphql(scope: Scope, headers: Headers) -> str | None:
    """Why a request to GraphQL is refused; None if it is not."""
    if not scope["path"].rstrip("/").endswith(GRAPHQL):
        return None
    if scope["method"] in SAFE_METHODS:
        queries = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("query", [])
        return None if all(_only_queries(text) for text in queries) else "a mutation is sent by POST"
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if content_type in GRAPHQL_TYPES else "GraphQL is sent as application/json"


def _only_queries(text: str) -> bool:
    try:
        definitions = parse(text).definitions
    except (GraphQLSyntaxError, RecursionError):
        return False
    operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
    return all(operation.operation is OperationType.QUERY for operation in operations)


def _origin(url: str) -> str:
    """The origin of an address as browsers send it: scheme, host, and the port unless it is the scheme's own."""
    parts = urlsplit(url)
    is_default = parts.port in {None, {"http": 80, "https": 443}.get(parts.scheme)}
    return f"{parts.scheme}://{parts.hostname}" + ("" if is_default else f":{parts.port}")
