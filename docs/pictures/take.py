"""Takes the pictures of the documentation from the running Dagster UI: `make pictures`.

It needs Chromium on the machine, a stack with at least one run, and the UI (`shop ui`) at the address that is given.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]  # as in a container, without network
PATIENCE_MS = 60_000  # the first page waits until the code server has loaded the definitions


def asset_graph(page: Page, address: str) -> None:
    """All assets, from the JSON files to the CSV."""
    page.set_viewport_size({"width": 2400, "height": 900})
    page.goto(f"{address}/asset-groups")
    page.get_by_text("landing").first.wait_for(timeout=PATIENCE_MS)
    _skip_greeting(page)
    page.keyboard.press("Alt+e")  # expands all groups
    page.get_by_text("report_csv").first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(6_000)  # the graph zooms to its whole size, and the states of the assets arrive
    page.screenshot(path=FOLDER / "asset_graph.png")


def asset_page(page: Page, address: str) -> None:
    """What a materialization of the MART tells, its summary among it, and its numbers over time."""
    page.set_viewport_size({"width": 1500, "height": 1000})
    page.goto(f"{address}/assets/clickhouse_mart?view=overview")
    page.get_by_text("Latest check results").wait_for(timeout=PATIENCE_MS)
    _skip_greeting(page)
    page.get_by_text("Columns", exact=True).first.click()  # folds the long list of them
    plots = page.get_by_role("button", name="Plots")
    plots.click(timeout=PATIENCE_MS)
    plots.evaluate("button => button.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(4_000)  # the plots are drawn
    page.screenshot(path=FOLDER / "asset_plots.png")


def checks(page: Page, address: str) -> None:
    """The checks of the matrix, and what the newest answer of one is."""
    page.set_viewport_size({"width": 1500, "height": 760})
    page.goto(f"{address}/assets/clickhouse_mart?view=checks&checkDetail=mart_equals_raw")
    page.get_by_text("Latest execution").wait_for(timeout=PATIENCE_MS)
    _skip_greeting(page)
    page.wait_for_timeout(4_000)
    page.screenshot(path=FOLDER / "checks.png")


def _skip_greeting(page: Page) -> None:
    greeting = page.get_by_role("button", name="Skip")
    if greeting.is_visible():
        greeting.click()


PICTURES = (asset_graph, asset_page, checks)


def main(address: str) -> None:
    """Takes all pictures from the UI at `address`."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed for the pictures: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        for picture in PICTURES:
            picture(page, address.rstrip("/"))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
