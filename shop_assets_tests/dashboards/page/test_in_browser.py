"""The page in Chromium, where there is one: drawn, quiet, of every width, light and dark."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PHONE, DESKTOP = 390, 1360

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_page_draws_itself_asks_for_nothing_and_fits(browser: Browser, page_file: Path, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    page.goto(page_file.as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    assert asked == [page_file.as_uri()]
    assert broken == []
    assert page.locator(".chart svg").count() == page.locator(".chart").count() >= 15
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_the_button_changes_light_to_dark_and_back(browser: Browser, page_file: Path):
    page = browser.new_page(color_scheme="light")
    page.goto(page_file.as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    papers = []
    for _ in range(3):
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.get_by_role("button").click()
    assert papers[0] == papers[2] != papers[1]
    page.close()


def test_the_browser_itself_would_refuse_a_request(browser: Browser, page_file: Path):
    page = browser.new_page()
    page.goto(page_file.as_uri())
    refused = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', error => error.message)")
    blocked = page.evaluate(
        "new Promise(resolve => { addEventListener('securitypolicyviolation', event => resolve(event.blockedURI));"
        "fetch('http://127.0.0.1:9/').catch(() => {}); })"
    )
    assert refused == "Failed to fetch"
    assert blocked.startswith("http://127.0.0.1:9")
    page.close()
