"""Things with long texts, for commands that show them in a terminal."""

from shop_assets.erasure.certificate import Certificate


def certificate() -> Certificate:
    """The certificate of an erasure, with a list whose lines are wider than a terminal."""
    return Certificate(
        number="e1",
        customer="h" * 64,
        reason="request 7",
        requested_by="somebody on a machine",
        began_at="2026-11-30T10:00:00+00:00",
        ended_at="2026-11-30T10:00:05+00:00",
        erased={"documents of MongoDB": 2},
        remaining=0,
        by_hand=[],
        digests={},
        expires={"topic shop.customers": "by retention, at the latest on 2026-12-07 10:00 UTC; never by compaction"},
        published_days=["2026-01-01", "2026-01-02"],
    )
