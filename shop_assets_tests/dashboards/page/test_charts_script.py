"""The script of the charts: bundled once, and then read from the cache, whose state never costs the page."""

from pathlib import Path

import pytest
import vl_convert

from shop_assets.dashboards.page.charts_script import charts_script


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The snippets that were bundled; a bundle takes seconds, and what it has does not matter here."""
    snippets: list[str] = []

    def bundle(snippet: str) -> str:
        snippets.append(snippet)
        return f"/* Vega: é */ {snippet}"

    monkeypatch.setattr(vl_convert, "javascript_bundle", bundle)
    return snippets


def script_of_a_new_process() -> str:
    charts_script.cache_clear()
    try:
        return charts_script()
    finally:
        charts_script.cache_clear()


def test_a_second_process_reads_what_the_first_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: list[str]
):
    monkeypatch.setenv("SHOP_CACHE", str(tmp_path / "cache"))
    first = script_of_a_new_process()
    assert script_of_a_new_process() == first == f"/* Vega: é */ {bundled[0]}"
    assert len(bundled) == 1
    assert [path.suffix for path in (tmp_path / "cache" / "charts").iterdir()] == [".js"]


def test_another_version_of_the_package_is_bundled_again_and_takes_the_others_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: list[str]
):
    monkeypatch.setenv("SHOP_CACHE", str(tmp_path))
    script_of_a_new_process()
    (tmp_path / "charts" / "killed.part").touch()
    monkeypatch.setattr("shop_assets.dashboards.page.charts_script.version", lambda _: "9999.0")
    script_of_a_new_process()
    assert len(bundled) == 2
    assert [path.name.startswith("vega-9999.0") for path in (tmp_path / "charts").iterdir()] == [True]


@pytest.mark.parametrize("length", [0, 10])
def test_a_script_that_is_not_whole_is_bundled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: list[str], length: int
):
    monkeypatch.setenv("SHOP_CACHE", str(tmp_path))
    whole = script_of_a_new_process()
    (kept,) = (tmp_path / "charts").iterdir()
    kept.write_text(whole[:length], encoding="utf-8")
    assert script_of_a_new_process() == whole == kept.read_text(encoding="utf-8")
    assert len(bundled) == 2


def test_a_cache_that_cannot_be_used_costs_a_bundle_and_not_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: list[str]
):
    (tmp_path / "file").touch()
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    unusable = [str(tmp_path / "file" / "cache"), "/proc/cache", str(circle)]
    for cache in unusable:
        monkeypatch.setenv("SHOP_CACHE", cache)
        assert script_of_a_new_process().startswith("/* Vega")
    assert len(bundled) == len(unusable)
