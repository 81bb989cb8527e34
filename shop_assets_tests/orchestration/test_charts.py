"""The charts are images that a browser can read, and lines of characters."""

import base64
import re
from xml.etree import ElementTree as ET

from shop_assets.orchestration import charts

SVG = "{http://www.w3.org/2000/svg}"


def drawn(markdown: str) -> ET.Element:
    image = re.fullmatch(r"!\[([^\]]*)\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert image is not None
    return ET.fromstring(base64.b64decode(image[2]))


def bars(root: ET.Element) -> list[ET.Element]:
    return [shape for shape in root.iter(f"{SVG}rect") if shape.get("fill") == charts.BAR]


def test_bars_are_as_long_as_the_shares_and_carry_their_names():
    root = drawn(charts.share_bars("Shares <of> & ones", {"a": 1.0, "b": 0.5, "c": 0.0}))
    lengths = [float(str(bar.get("width"))) for bar in bars(root)]
    assert lengths[0] == 2 * lengths[1] > 0 == lengths[2]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[0] == "Shares <of> & ones"
    assert {"a", "b", "c", "100%", "50%", "0%"} <= set(texts)


def test_columns_are_as_high_as_the_counts_and_may_all_be_nothing():
    heights = [float(str(bar.get("height"))) for bar in bars(drawn(charts.columns("Days", {"1": 4, "2": 1, "3": 0})))]
    assert heights == [charts.COLUMNS_HEIGHT, charts.COLUMNS_HEIGHT / 4, 0]
    assert len(bars(drawn(charts.columns("Days", {"1": 0})))) == 1
    assert bars(drawn(charts.columns("Days", {}))) == []


def test_a_line_has_a_character_a_count():
    assert charts.sparkline([0, 1, 7, 3]) == "▁▂█▄"
    assert charts.sparkline([0, 0]) == "▁▁"
    assert charts.sparkline([]) == ""
