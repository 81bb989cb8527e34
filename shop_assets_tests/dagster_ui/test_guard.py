"""Dagster's UI as `shop ui` starts it: a page of another site gets nothing and starts nothing, its own page works."""

import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
import urllib3
from playwright.sync_api import sync_playwright
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from shop_assets.settings import variable
from shop_assets_tests.embedded.clickhouse_front_process import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PROXY = "dagster.shop.example"
ASSETS = "from dagster import Definitions, asset\n@asset\ndef one(): ...\ndefs = Definitions(assets=[one])\n"
QUERY = "{ runsOrError { ... on Runs { results { runId } } } }"
LAUNCH = (
    'mutation { launchPipelineExecution(executionParams: {mode: "default", selector: {repositoryLocationName: '
    '"assets.py", repositoryName: "__repository__", pipelineName: "__ASSET_JOB"}}) { __typename } }'
)


@dataclass(frozen=True)
class Ui:
    """A running UI."""

    port: int
    http: urllib3.PoolManager

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, query: str, **headers: str) -> urllib3.BaseHTTPResponse:
        named = {"Content-Type": "application/json"} | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.http.request("POST", f"{self.url}/graphql", body=json.dumps({"query": query}), headers=named)

    def runs(self) -> int:
        return len(json.loads(self.post(QUERY).data)["data"]["runsOrError"]["results"])


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    folder = tmp_path_factory.mktemp("ui")
    (folder / "assets.py").write_text(ASSETS)
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    port = free_port()
    command = [sys.executable, "-m", "shop_assets.dagster_ui.dev", "--python-file", "assets.py"]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        variable("dagster_url"): f"https://{PROXY}/",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    found = Ui(port, urllib3.PoolManager(retries=False))
    try:
        deadline = time.monotonic() + 120
        while not _responds(found):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.2)
        yield found
    finally:
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        process.terminate()
        # On a busy machine Dagster gives its processes up to two minutes.
        for left in psutil.wait_procs(family, 30)[1]:
            left.kill()
        process.wait()


def _responds(ui: Ui) -> bool:
    try:
        return b"assets.py" in ui.post("{ workspaceOrError { ... on Workspace { locationEntries { name } } } }").data
    except urllib3.exceptions.HTTPError:
        return False


FOREIGN = "http://evil.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": FOREIGN},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:8888"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:x"},
        {"Origin": "http://127.0.0.1:3000"},  # the default of SHOP_DAGSTER_URL, where another program may listen
        {"Origin": f"ftp://{PROXY}"},
        {"Origin": f"http://{PROXY}"},
        {"Origin": f"https://evil.example@{PROXY}"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": FOREIGN},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": ""},
        {"Content_Type": "text/plain"},
        {"Content_Type": "text/plain; application/json"},
        {"Content_Type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
def test_a_foreign_page_launches_no_run(ui: Ui, headers: dict[str, str]) -> None:
    before = ui.runs()
    assert ui.post(LAUNCH, **headers).status in {400, 403, 415}
    assert ui.runs() == before


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_mutation_in_the_address_is_refused(ui: Ui, method: str) -> None:
    before = ui.runs()
    for accept in ("*/*", "text/html"):
        for query in (LAUNCH, f"query a {QUERY} {LAUNCH.replace('mutation', 'mutation b')}", "{", ""):
            response = ui.http.request(
                method, f"{ui.url}/graphql?{urlencode({'query': query, 'operationName': 'b'})}",
                headers={"Accept": accept},
            )  # fmt: skip
            assert response.status == 415
    assert ui.runs() == before


def test_a_query_in_the_address_is_for_clients_that_are_no_foreign_pages(ui: Ui) -> None:
    fields = {"query": QUERY}
    assert b"runsOrError" in ui.http.request("GET", f"{ui.url}/graphql", fields=fields).data
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert ui.http.request("GET", f"{ui.url}/graphql", fields=fields, headers=foreign).status == 403


@pytest.mark.parametrize("path", ["/", "/server_info", "/logs/a/b/c", "/download_debug/x", "/report_asset_check/one"])
def test_no_path_is_open_to_foreign_pages(ui: Ui, path: str) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": FOREIGN}, {"Sec-Fetch-Site": "cross-site"}):
        for method in ("GET", "POST"):
            assert ui.http.request(method, ui.url + path, headers=headers).status in {400, 403}


def test_a_link_of_another_site_opens_the_ui_in_a_window_and_not_in_a_frame(ui: Ui) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ui.http.request("GET", f"{ui.url}/runs", headers=link).status == 200
    assert ui.http.request("GET", f"{ui.url}/runs", headers=link | {"Sec-Fetch-Dest": "iframe"}).status == 403
    assert ui.http.request("POST", f"{ui.url}/report_asset_check/one", headers=link).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "dagster.localhost:{port}", PROXY])
def test_its_own_names_work_with_their_own_origin(ui: Ui, host: str) -> None:
    name = host.format(port=ui.port)
    scheme = "https" if name == PROXY else "http"
    own = {"Host": name, "Origin": f"{scheme}://{name}", "Sec_Fetch_Site": "same-origin"}
    assert b"runsOrError" in ui.post(QUERY, **own).data
    assert ui.post(QUERY, **own | {"Origin": FOREIGN}).status == 403


@pytest.mark.parametrize("address", ["dagster.example.org", "ftp://dagster.example.org", "http://", "http://a:port"])
def test_a_webserver_with_an_address_that_no_browser_could_have_does_not_start(address: str) -> None:
    own = {**os.environ, variable("dagster_url"): address}
    command = [sys.executable, "-m", "shop_assets.dagster_ui", "--help"]
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: SHOP_DAGSTER_URL: expected an address such as https://")


def test_clients_that_are_no_browsers_work_as_before(ui: Ui) -> None:
    before = ui.runs()
    assert b"LaunchRunSuccess" in ui.post(LAUNCH).data
    assert ui.runs() == before + 1
    graphql = ui.http.request(
        "POST", f"{ui.url}/graphql", body=QUERY, headers={"Content-Type": "application/graphql; charset=utf-8"}
    )
    assert b"runsOrError" in graphql.data


def test_subscriptions_are_for_the_uis_own_pages(ui: Ui) -> None:
    address = f"ws://127.0.0.1:{ui.port}/graphql"
    graphql = [Subprotocol("graphql-ws")]
    for origin in (FOREIGN, "null", "http://localhost:1"):
        with pytest.raises(InvalidStatus), connect(address, origin=Origin(origin), subprotocols=graphql):
            pass
    rebound = f"ws://evil.example:{ui.port}/graphql"
    with socket.create_connection(("127.0.0.1", ui.port)) as line, pytest.raises(InvalidStatus):
        connect(rebound, sock=line, subprotocols=graphql)
    with pytest.raises(InvalidStatus):
        connect(address, additional_headers={"Host": "evil.example"}, subprotocols=graphql)
    for origin_or_none in (Origin(ui.url), None):
        with connect(address, origin=origin_or_none, subprotocols=graphql) as opened:
            opened.send(json.dumps({"type": "connection_init"}))
            assert json.loads(opened.recv(10))["type"] == "connection_ack"


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_a_browser_works_with_the_ui_and_does_nothing_for_another_page(ui: Ui) -> None:
    before = ui.runs()
    launch = json.dumps({"query": LAUNCH})
    with _foreign_page() as foreign, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page()
        page.goto(foreign)
        for options in (
            {"mode": "no-cors", "method": "POST", "body": launch},
            {"mode": "no-cors", "method": "POST", "body": launch, "headers": {"Content-Type": "text/plain"}},
            {"method": "POST", "body": launch, "headers": {"Content-Type": "application/json"}},
        ):
            page.evaluate("([url, options]) => fetch(url, options).catch(() => null)", [f"{ui.url}/graphql", options])
        address = f"{ui.url}/graphql?query="
        page.evaluate("url => fetch(url, {mode: 'no-cors'}).catch(() => null)", address + LAUNCH)
        opened = page.evaluate(
            "url => new Promise(resolve => { const socket = new WebSocket(url, 'graphql-ws');"
            "socket.onopen = () => resolve(true); socket.onerror = () => resolve(false); })",
            f"ws://127.0.0.1:{ui.port}/graphql",
        )
        page.evaluate(
            "([url, body]) => { const form = document.createElement('form'); form.method = 'POST'; form.action = url;"
            "form.enctype = 'text/plain'; const field = document.createElement('input'); field.name = body;"
            "form.append(field); document.body.append(form); form.submit(); }",
            [f"{ui.url}/graphql", launch],
        )
        page.wait_for_url(f"{ui.url}/**")
        assert "Refused" in page.content()
        assert (opened, ui.runs()) == (False, before)

        failures: list[str] = []
        page.on("response", lambda answer: failures.append(answer.url) if answer.status in {400, 403, 415} else None)
        page.goto(f"{ui.url}/assets")
        page.get_by_text("one").first.wait_for(timeout=60_000)
        own: Any = page.evaluate(
            "body => fetch('/graphql', {method: 'POST', body, headers: {'Content-Type': 'application/json'}})"
            ".then(answer => answer.json())",
            launch,
        )
        assert own["data"]["launchPipelineExecution"]["__typename"] == "LaunchRunSuccess"
        assert failures == []
        chromium.close()
    assert ui.runs() == before + 1


@contextmanager
def _foreign_page() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><body>another site</body>")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()
