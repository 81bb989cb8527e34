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


def test_an_existing_file_gets_the_secrets_that_it_lacks_and_keeps_the_others(project: Path) -> None:
    before = make_secrets(project)
    env = project / ".env"
    lines = [line for line in env.read_text(encoding="utf-8").splitlines() if not line.startswith("KAFKA_VIEWER_")]
    env.write_text("\n".join([*lines, ""]), encoding="utf-8")
    after = make_secrets(project)
    assert after.pop("KAFKA_VIEWER_PASSWORD") != before.pop("KAFKA_VIEWER_PASSWORD")
    assert after == before
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_a_lost_key_ring_is_not_replaced_by_another_one(project: Path) -> None:
    make_secrets(project)
    env = project / ".env"
    lines = [line for line in env.read_text(encoding="utf-8").splitlines() if not line.startswith("PII_KEYS=")]
    env.write_text("\n".join([*lines, ""]), encoding="utf-8")
    refused = subprocess.run(["make", "secrets"], cwd=project, check=False, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "restore it from a copy" in refused.stderr
    assert "PII_KEYS" not in env.read_text(encoding="utf-8")


def test_secrets_are_kept_out_of_git_and_out_of_the_image() -> None:
    assert {".env", "shop.env"} <= set((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert not [line for line in ignored if line.startswith(("!.env", "!shop.env"))]
