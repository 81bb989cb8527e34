"""Credentials: made once, private, never in a repr, never replaced silently."""

import json
import stat
from dataclasses import asdict
from pathlib import Path

import pytest

from shop_assets.embedded.credentials import Credentials
from shop_assets.embedded.errors import StackError
from shop_assets.personal_data.key_ring import parse_key_ring


def test_they_are_made_once_and_differ_from_stack_to_stack(tmp_path: Path):
    first = Credentials.load(tmp_path / "first.json")
    assert Credentials.load(tmp_path / "first.json") == first
    other = Credentials.load(tmp_path / "other.json")
    assert not set(asdict(first).values()) & set(asdict(other).values())


def test_only_their_owner_can_read_them_even_after_someone_opened_the_file(tmp_path: Path):
    file = tmp_path / "credentials.json"
    Credentials.load(file)
    file.chmod(0o644)
    Credentials.load(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_repr_shows_no_secret(tmp_path: Path):
    credentials = Credentials.load(tmp_path / "credentials.json")
    secrets = {name: value for name, value in asdict(credentials).items() if name != "kafka_cluster_id"}
    assert not [name for name, value in secrets.items() if value in repr(credentials)]


def test_the_key_of_personal_data_is_one_that_the_settings_take(tmp_path: Path):
    ring = parse_key_ring(Credentials.load(tmp_path / "credentials.json").pii_keys)
    assert [len(key) for key in ring.values()] == [64]


def test_a_credential_that_a_newer_version_needs_is_added_and_the_others_stay(tmp_path: Path):
    file = tmp_path / "credentials.json"
    first = asdict(Credentials.load(file))
    file.write_text(json.dumps({name: value for name, value in first.items() if name != "mongo_password"}))
    second = asdict(Credentials.load(file))
    assert second.pop("mongo_password") != first.pop("mongo_password")
    assert second == first


@pytest.mark.parametrize("contents", ["{", "[]", "3"])
def test_a_damaged_file_is_an_error_and_stays_as_it_is(tmp_path: Path, contents: str):
    file = tmp_path / "credentials.json"
    file.write_text(contents)
    with pytest.raises(StackError, match="restore it"):
        Credentials.load(file)
    assert file.read_text() == contents


def test_another_key_ring_is_kept(tmp_path: Path):
    file = tmp_path / "credentials.json"
    changed = Credentials.load(file).with_pii_keys("k2:x")
    changed.save(file)
    assert Credentials.load(file) == changed
