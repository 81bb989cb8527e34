"""Small charts for an asset's page: block characters, and SVG as an image in Markdown.

Dagster's UI removes markup from Markdown, inline SVG too, but shows images with data URLs. It shows Markdown of less
than 1,000 characters directly, longer text after a click. So what should be visible at once consists of characters.
This module draws shapes; the stages decide what they show.
"""

import base64
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

INK: Final = "#231f1b"
FAINT: Final = "#8a8782"
BAR: Final = "#4f43dd"
WIDTH: Final = 640
ROW: Final = 18
NAME_WIDTH: Final = 190
VALUE_WIDTH: Final = 60
COLUMNS_HEIGHT: Final = 140
AXIS_HEIGHT: Final = 22
LEVELS: Final = "▁▂▃▄▅▆▇█"
TITLE_HEIGHT: Final = 28


def sparkline(counts: Iterable[int]) -> str:
    """Draw counts as block characters.

    Args:
        counts: One count per character.

    Returns:
        The characters, each as high as its count is large.
    """
    values = list(counts)
    largest = max(values, default=0)
    return "".join(LEVELS[(len(LEVELS) - 1) * value // largest] if largest else LEVELS[0] for value in values)


def share_bars(title: str, shares: Mapping[str, float]) -> str:
    """Draw horizontal bars from 0 to 100 %.

    Args:
        title: The chart's title.
        shares: A share from 0 to 1 per bar, by its label.

    Returns:
        A Markdown image.
    """
    room = WIDTH - NAME_WIDTH - VALUE_WIDTH
    shapes = []
    for number, (name, share) in enumerate(shares.items()):
        top = TITLE_HEIGHT + number * ROW
        middle = top + ROW * 0.7
        shapes += [
            _text(NAME_WIDTH - 8, middle, name, anchor="end"),
            _bar(NAME_WIDTH, top + 3, share * room, ROW - 6),
            _text(NAME_WIDTH + share * room + 6, middle, f"{share:.0%}", fill=FAINT),
        ]
    return _image(title, TITLE_HEIGHT + len(shares) * ROW + 6, shapes)


def columns(title: str, counts: Mapping[str, int]) -> str:
    """Draw columns from 0 to the largest count.

    Args:
        title: The chart's title.
        counts: A count per column, by its label; only the first and the last label are shown, and the largest count.

    Returns:
        A Markdown image.
    """
    largest = max(counts.values(), default=0)
    step = WIDTH / max(len(counts), 1)
    bottom = TITLE_HEIGHT + COLUMNS_HEIGHT
    shapes = []
    for number, count in enumerate(counts.values()):
        height = COLUMNS_HEIGHT * count / largest if largest else 0
        shapes.append(_bar(number * step + 1, bottom - height, step - 2, height))
    names = list(counts)
    if names:
        shapes += [
            _text(0, bottom + 16, names[0], fill=FAINT),
            _text(WIDTH, bottom + 16, names[-1], fill=FAINT, anchor="end"),
            _text(WIDTH, 14, f"at most {largest:,}", fill=FAINT, anchor="end"),
        ]
    return _image(title, bottom + AXIS_HEIGHT, shapes)


def _image(title: str, height: float, shapes: list[str]) -> str:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f"{_text(0, 14, title, weight='bold')}{''.join(shapes)}</svg>"
    )
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _bar(left: float, top: float, width: float, height: float) -> str:
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{BAR}"/>'


def _text(
    left: float, base: float, text: str, *, fill: str = INK, anchor: str = "start", weight: str = "normal"
) -> str:
    place = f'x="{left:.1f}" y="{base:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{fill}" font-weight="{weight}">{escape(text)}</text>'
