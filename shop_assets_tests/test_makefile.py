"""The Makefile: it looks at Python before it downloads anything, and its linters are those of pre-commit."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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


def test_the_hooks_of_pre_commit_run_the_same_tools_as_make_lint() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlint: ")[2].partition("\n\n")[0]
    made = [line.removesuffix(" .") for line in re.findall(r"^\t\$\(BIN\)/(.+)$", recipe, re.MULTILINE)]
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    hooks = [hook["entry"].removeprefix(".venv/bin/").removesuffix(" --force-exclude") for hook in local["hooks"]]
    assert hooks == made
    assert len(made) >= 5
