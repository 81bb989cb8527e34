"""Values of options are refused before any work, by a message that names the option."""

from pathlib import Path

import pytest

from shop_assets.cli.dashboard import dashboard
from shop_assets.cli.explain import explain
from shop_assets.errors import InputError


def test_a_file_that_cannot_be_written_is_refused_with_the_option_that_names_it(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "page.html"
    with pytest.raises(InputError, match=r"^--html .*page\.html cannot be written"):
        explain("cus-1", html=file)
    with pytest.raises(InputError, match=r"^--output .*page\.html cannot be written"):
        dashboard(output=file)
    with pytest.raises(InputError, match=r"^--html .* is a folder"):
        explain("cus-1", html=tmp_path)
