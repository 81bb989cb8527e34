"""What is known of a customer is found in texts, whatever their form."""

import json

import pytest

from shop_assets.personal_data.traces import Traces


def traces_of(phone: str) -> Traces:
    traces = Traces(["cus-1"])
    traces.learn({"phone": phone})
    return traces


SPELLINGS = [
    "9001234567",
    "8 (900) 123-45-67",
    "+7 900 123 45 67",
    "+7\u00a0900\u00a0123\u201145\u201167",
    "8-900-123-45-67 доб. 12",
    "%2B7%20900%20123-45-67",
    "+7&#160;900&#160;123&#xa0;45&#xa0;67",
]


@pytest.mark.parametrize("phone", ["+79001234567", "8 900 123-45-67 доб. 12"])
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("is_ascii", [False, True])
def test_what_a_close_look_finds_of_a_phone_the_quick_one_does_not_pass_by(
    phone: str, spelling: str, is_ascii: bool
) -> None:
    traces = traces_of(phone)
    text = json.dumps({"note": f"звонить {spelling}", "total": 12}, ensure_ascii=is_ascii)
    assert traces.is_mentioned(text)
    assert traces.may_be_in(text.lower().encode())


@pytest.mark.parametrize("text", ["8 (900) 123-45-68", "900 123, 45 рублей, 6", "доб. 12", "4567;ext=12", ""])
def test_another_phone_or_an_extension_alone_is_nobody(text: str) -> None:
    for phone in ("+79001234567", "8 900 123-45-67 доб. 12"):
        assert not traces_of(phone).is_mentioned(text)
        assert not traces_of(phone).may_be_in(text.encode())


def test_the_extension_stays_with_the_contact() -> None:
    assert traces_of("8 900 123-45-67 доб. 12").contacts == {"+79001234567;ext=12"}
