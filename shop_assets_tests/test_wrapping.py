"""Lines for a terminal break at blanks, and lose nothing."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from shop_assets.wrapping import print_wrapped, wrapped

SENTENCE = "No stack runs in /home/somebody/somewhere: start one with `shop up`."


@given(text=st.text("ab -\n", max_size=200), width=st.integers(10, 40))
def test_nothing_is_lost_and_only_a_long_word_is_longer_than_the_terminal(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= width or " " not in line.strip() for line in lines)
    assert list(wrapped(text, None)) == text.split("\n")


def test_what_is_left_of_a_line_of_a_list_is_indented_further() -> None:
    assert list(wrapped(f"Erased:\n  {SENTENCE}", 40)) == [
        "Erased:",
        "  No stack runs in",
        "    /home/somebody/somewhere: start one",
        "    with `shop up`.",
    ]
    assert list(wrapped(SENTENCE, 50, hanging=2))[1] == "  one with `shop up`."


@pytest.mark.parametrize("is_terminal", [True, False])
def test_styles_stay_with_their_words(is_terminal: bool) -> None:
    written = io.StringIO()
    console = Console(file=written, width=30, force_terminal=is_terminal, color_system="standard", no_color=False)
    print_wrapped(console, Text.assemble(("error:", "bold"), " ", (SENTENCE, "italic")))
    plain = Text.from_ansi(written.getvalue())
    assert plain.plain.split() == f"error: {SENTENCE}".split()
    lines = plain.split()
    assert len(lines) == (3 if is_terminal else 1)
    if is_terminal:
        assert max(len(line) for line in lines) <= 30
        assert all("italic" in str(line.spans) for line in lines)
