import base64

import pytest

from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.key_ring import parse_key_ring, rotated


def ring(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(b'1' * 64).decode()}"


def test_after_a_rotation_a_new_key_encrypts_and_the_old_ones_still_decrypt() -> None:
    old = PersonalDataCipher(parse_key_ring(ring("k1"))).encrypt("phone", "+7")

    twice = PersonalDataCipher(parse_key_ring(rotated(rotated(ring("k1")))))

    assert twice.key_id == "k3"
    assert twice.encrypt("phone", "+7") != old
    assert twice.decrypt("phone", old) == "+7"


def test_a_new_key_never_takes_the_id_of_another() -> None:
    assert list(parse_key_ring(rotated(rotated(ring("k2"))))) == ["k4", "k3", "k2"]


def test_no_two_rotations_give_the_same_key() -> None:
    assert rotated(ring("k1")) != rotated(ring("k1"))


def test_what_is_no_ring_is_refused_without_quoting_it() -> None:
    with pytest.raises(ValueError, match="id:base64") as caught:
        rotated("geheim")
    assert "geheim" not in str(caught.value)
