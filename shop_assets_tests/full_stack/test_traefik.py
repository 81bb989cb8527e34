"""Traefik's routes lead to services that are there, and the start page to the routes, in a real browser."""

import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import yaml

from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.compose_file import ROOT

SERVICES = compose_file.services()
HTTP = yaml.safe_load(SERVICES["traefik"]["environment"]["ROUTES"])["http"]
RULE = re.compile(r"^Host(?:Regexp)?\(`(?P<host>[\w.^\[\]]+)`\)(?: && Path\(`(?P<path>/[\w/]+)`\))?$")
NAMES = ("dagster", "grafana", "kafka", "mongo", "clickhouse", "s3", "spark", "jupyter")
PROXIED = ("dagster", "grafana")
"""They may have other names than those in .localhost, behind a reverse proxy."""

PAGE = ROOT / "docs" / "start_page"
CHROMIUM = shutil.which("chromium")


def test_every_ui_has_its_name_and_the_start_page_the_plain_one():
    rules = {name: RULE.match(router["rule"]) for name, router in HTTP["routers"].items()}
    assert all(rules.values())
    hosts = {name: rule["host"] for name, rule in rules.items() if rule and not rule["path"]}
    names = {name: f"^{name}[.]" if name in PROXIED else f"{name}.localhost" for name in NAMES}
    assert hosts == {"start": "localhost", **names}


def test_the_start_pages_address_shows_each_services_health_and_no_other_path_of_it():
    for name in NAMES:
        router = HTTP["routers"][f"status-{name}"]
        rule = RULE.match(router["rule"])
        assert rule
        assert (rule["host"], rule["path"]) == ("localhost", f"/status/{name}")
        (middleware,) = router["middlewares"]
        assert HTTP["middlewares"][middleware].keys() == {"replacePath"}


def test_whatever_a_route_names_is_declared_and_nothing_more():
    routers = HTTP["routers"].values()
    assert {router["service"] for router in routers} == HTTP["services"].keys()
    assert {name for router in routers for name in router.get("middlewares", [])} == HTTP["middlewares"].keys()


def test_routes_lead_to_services_on_traefiks_network_at_the_port_that_they_check_themselves():
    for service in HTTP["services"].values():
        (server,) = service["loadBalancer"]["servers"]
        host, port = re.fullmatch(r"http://([\w-]+):(\d+)", server["url"]).groups()
        assert set(SERVICES["traefik"]["networks"]) & set(SERVICES[host]["networks"])
        if host != "clickhouse":  # its own client asks another of its ports
            assert f"127.0.0.1:{port}" in str(SERVICES[host]["healthcheck"]["test"])


class Proxy(http.server.SimpleHTTPRequestHandler):
    """The page, and a health that only Dagster has."""

    def do_GET(self) -> None:
        if not self.path.startswith("/status/"):
            super().do_GET()
        else:
            self.send_response(200 if self.path == "/status/dagster" else 502)
            self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        """Nothing: the test says what it saw."""


@pytest.fixture
def page_port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Proxy, directory=PAGE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_start_page_links_every_ui_and_says_what_is_up(page_port: int):
    from playwright.sync_api import expect, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://localhost:{page_port}/")
        links = {link.inner_text(): link.get_attribute("href") for link in page.locator("a").all()}
        assert {re.match(r"http://(\w+)\.", href or "")[1] for href in links.values()} == set(NAMES)
        assert links["Dagster"] == f"http://dagster.localhost:{page_port}/"
        expect(page.locator('[data-name="dagster"] .state')).to_have_text("работает")
        expect(page.locator('[data-name="spark"] .state')).to_have_text("недоступен")
        browser.close()
        assert complaints == []
