import base64
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.key_ring import fingerprint, parse_key_ring, rotated, with_imported, without

NOW = datetime(2026, 11, 29, 5, 5, 30, tzinfo=UTC)


def ring(key_id: str, key: bytes = bytes(range(64))) -> str:
    return f"{key_id}:{base64.b64encode(key).decode()}"


def test_after_a_rotation_a_new_key_encrypts_and_the_old_ones_still_decrypt() -> None:
    old = PersonalDataCipher(parse_key_ring(ring("k1"))).encrypt("phone", "+7")

    twice = PersonalDataCipher(parse_key_ring(rotated(rotated(ring("k1"), NOW), NOW)))

    assert twice.key_id == "k20261129050531"
    assert twice.encrypt("phone", "+7") != old
    assert twice.decrypt("phone", old) == "+7"


def test_an_id_never_comes_again_whatever_was_removed_from_the_ring() -> None:
    newest = rotated(ring("k1"), NOW).partition(",")[0]
    later = NOW + timedelta(seconds=1)
    assert list(parse_key_ring(rotated(newest, later))) == ["k20261129050531", "k20261129050530"]
    assert next(iter(parse_key_ring(rotated(ring("k7"), later)))) == "k20261129050531"


def test_no_two_rotations_give_the_same_key() -> None:
    assert rotated(ring("k1"), NOW) != rotated(ring("k1"), NOW)


def test_what_is_no_ring_is_refused_without_quoting_it() -> None:
    with pytest.raises(ValueError, match="id:base64") as caught:
        rotated("geheim", NOW)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("key", [bytes(64), b"x" * 64, b"password" * 8, bytes(range(8)) * 8, b"ab" * 16,
    bytes(range(32)) * 2,
    b"the quick brown fox jumps over the lazy dog, and then it sleeps.", bytes(range(32)).hex().encode()])  # fmt: skip
def test_a_weak_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="weak") as caught:
        parse_key_ring(f"{ring('k2')},{ring('k1', key)}")
    assert "password" not in str(caught.value)


def test_random_keys_are_accepted() -> None:
    for size in (32, 48, 64):
        for _ in range(1000):
            assert len(parse_key_ring(f"{ring('k2')},{ring('k1', secrets.token_bytes(size))}")) == 2


@pytest.mark.parametrize("size", [0, 16, 31, 32, 48, 63, 65])
def test_the_key_that_encrypts_must_have_64_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="must have 64"):
        parse_key_ring(ring("k1", bytes(range(size))))


def test_one_key_under_two_ids_is_refused() -> None:
    with pytest.raises(ValueError, match="'k2' is the same as another"):
        parse_key_ring(f"{ring('k1')},{ring('k2')}")


def test_letters_beyond_ascii_are_no_base64() -> None:
    with pytest.raises(ValueError, match="key 'k1' is not base64"):
        parse_key_ring("k1:é")


def test_a_ring_whose_first_key_is_short_can_be_rotated() -> None:
    short = f"{ring('k1', bytes(range(32)))},{ring('k0')}"
    with pytest.raises(ValueError, match="must have 64"):
        parse_key_ring(short)
    assert list(parse_key_ring(rotated(short, NOW))) == ["k20261129050530", "k1", "k0"]


def test_an_old_ring_is_imported_behind_the_present_one() -> None:
    old = f"{ring('k3', bytes(range(32)))},{ring('k1')}\n"
    assert list(parse_key_ring(with_imported(ring("k1"), old))) == ["k1", "k3"]
    with pytest.raises(ValueError, match="they differ"):
        with_imported(ring("k1"), ring("k1", bytes(range(1, 65))))


def test_a_key_is_removed_unless_it_encrypts() -> None:
    both = f"{ring('k2')},{ring('k1', bytes(range(1, 65)))}"
    assert list(parse_key_ring(without(both, "k1"))) == ["k2"]
    for key_id, message in (("k2", "encrypts"), ("k9", "no key")):
        with pytest.raises(ValueError, match=message):
            without(both, key_id)


def test_a_fingerprint_shows_nothing_of_the_key() -> None:
    key = secrets.token_bytes(64)
    assert fingerprint(key) == fingerprint(key) != fingerprint(secrets.token_bytes(64))
    assert fingerprint(key) not in key.hex()
