"""`make secrets` gives every secret of .env.example a value of its own, once, for its owner's eyes alone."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.compose_file import EXAMPLE, ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for file in (ROOT / "Makefile", EXAMPLE):
        shutil.copy(file, tmp_path)
    return tmp_path


def make_secrets(project: Path) -> dict[str, str]:
    subprocess.run(["make", "secrets"], cwd=project, check=True, capture_output=True)
    lines = (project / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_secret_is_long_random_and_unlike_the_others(project: Path) -> None:
    example = compose_file.variables_of_example()
    written = make_secrets(project)
    assert written.keys() == example.keys()
    secrets = [written[name] for name, value in example.items() if not value]
    assert len(set(secrets)) == len(secrets)
    assert min(map(len, secrets)) >= 48
    assert {name: value for name, value in written.items() if example[name]} == {k: v for k, v in example.items() if v}
    assert [len(key) for key in parse_key_ring(written["PII_KEYS"]).values()] == [64]


def test_only_the_owner_can_read_it(project: Path) -> None:
    make_secrets(project)
    assert stat.S_IMODE((project / ".env").stat().st_mode) == 0o600


def test_an_existing_file_stays_as_it_is(project: Path) -> None:
    assert make_secrets(project) == make_secrets(project)


def test_secrets_are_kept_out_of_git_and_out_of_the_image() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert not [line for line in ignored if line.startswith("!.env")]
