import stat
from pathlib import Path

import pytest

from shop_assets.settings import parse_key_ring
from shop_assets.topics.cipher import PersonalDataCipher
from shop_assets.topics.key_rotation import new_key_ring, rotate_key_ring_file, rotated


def test_a_new_ring_has_one_key_of_its_own() -> None:
    assert list(parse_key_ring(new_key_ring())) == ["k1"]
    assert new_key_ring() != new_key_ring()


def test_after_a_rotation_a_new_key_encrypts_and_the_old_ones_still_decrypt() -> None:
    ring = new_key_ring()
    old = PersonalDataCipher(parse_key_ring(ring)).encrypt("phone", "+7")

    twice = PersonalDataCipher(parse_key_ring(rotated(rotated(ring))))

    assert twice.key_id == "k3"
    assert twice.encrypt("phone", "+7") != old
    assert twice.decrypt("phone", old) == "+7"


def test_a_new_key_never_takes_the_id_of_another() -> None:
    ring = new_key_ring().replace("k1:", "k2:")

    assert list(parse_key_ring(rotated(rotated(ring)))) == ["k4", "k3", "k2"]


def test_a_file_is_rotated_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    path.write_text(new_key_ring() + "\n")

    assert rotate_key_ring_file(path) == "k2"

    assert list(parse_key_ring(path.read_text())) == ["k2", "k1"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["ring"]


def test_a_file_that_holds_no_ring_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    path.write_text("nothing")

    with pytest.raises(ValueError, match="id:base64"):
        rotate_key_ring_file(path)
    assert path.read_text() == "nothing"
