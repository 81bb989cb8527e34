"""`make` looks at Python before it downloads anything."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("version", "is_taken"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_a_python_that_the_packages_are_not_made_for_is_refused_at_once(
    tmp_path: Path, version: tuple[int, int], is_taken: bool
) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python"
    # Says that it is of this version, and goes no further than the virtual environment.
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] || exit 7\nexec {sys.executable} -c "import sys; sys.version_info = {version}; $2"\n'
    )
    python.chmod(0o755)
    done = subprocess.run(
        ["make", f"PYTHON={python}", ".venv/.ready"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ("Python 3.11 to 3.13 is needed" in done.stderr) is not is_taken
    assert ("Error 7" in done.stderr) is is_taken
