"""What the lists of `shop pii` count is said beside every number."""

import pytest

from shop_assets.cli.personal_data.erasures import _list
from shop_assets.cli.personal_data.keys import _print_uses
from shop_assets.erasure.certificate import Certificate, summary_row
from shop_assets.key_rotation.key_usage import KeyUse

ERASED = {
    "landing: objects": 2,
    "MongoDB: customers deleted": 1,
    "ClickHouse: messages of RAW": 1_016,
    "Kafka: none": 0,
}


def test_an_erasure_lists_what_was_erased_by_place_because_a_sum_counts_a_document_in_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = "2026-11-30T10:00:05+00:00"
    certificate = Certificate("e1", "hash", "request 7", "somebody", ended, ended, ERASED, 0, [], {}, {}, [])
    _list([summary_row(certificate)])
    assert capsys.readouterr().out.splitlines() == [
        "e1  2026-11-30 10:00:05 UTC",
        "  reason: request 7",
        "  ClickHouse: messages of RAW: 1,016",
        "  MongoDB: customers deleted: 1",
        "  landing: objects: 2",
        "  found afterwards: 0",
    ]


def test_the_values_of_a_key_are_listed_by_place_and_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    used = KeyUse("k2", "encrypts", "f" * 16, None, {"raw.customers": 12, "mart.customers": 12, "mart.rejects": 1})
    _print_uses([used, KeyUse("k1", "decrypts", "e" * 16, None, {})])
    table, _, places = capsys.readouterr().out.partition("Encrypted values, each counted in every message")
    assert "│     25 │" in table
    assert places.splitlines()[1:] == ["  k2: mart.customers 12, mart.rejects 1, raw.customers 12"]
