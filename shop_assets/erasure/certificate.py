"""The certificate of an erasure: what was erased where, and what expires when; as JSON and as text, in the bucket of
reports. It has no id and no value of the customer: who it was only the key ring can show.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from shop_assets.erasure.errors import ErasureError
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import FEATURES_HAVE_ONE_ROW_PER_CUSTOMER
from shop_assets.topics.specification import UNLIMITED, Topic

PREFIX: Final = "erasures/"

SHOWN_KEYS: Final = 20
"""Keys of objects in a sentence of the text."""

_LARGEST_LAG_MS: Final = 10 * 365 * 24 * 3_600_000
"""Kafka's default for "no limit" of `max.compaction.lag.ms` is beyond every calendar."""


@dataclass(frozen=True)
class Certificate:
    """A certificate; times are ISO 8601 in UTC.

    Attributes:
        number: The erasure's own.
        customer: The keyed hash of the customer's id.
        reason: As it was given.
        requested_by: The account and the machine.
        began_at: When it began; an interrupted erasure has the time of its first run.
        ended_at: When everything was erased and looked for again.
        erased: Counts by place.
        remaining: Documents and rows that still had something of the customer at the end: 0.
        by_hand: Objects of landing that have something of the customer and cannot be edited.
        not_searched: Objects of landing that are not texts, or damaged: the customer may be in them.
        digests: SHA-256 of names and places: keys of objects, messages of RAW.
        expires: What is gone later, by place, and when.
        published_days: Days whose published features and CSVs have the id, with zeros and ones.
        unguarded: Whether the store cannot say that an object changed while it was rewritten.
        was_interrupted: Whether it was finished by a later run; what a killed one did last may not be counted.
    """

    number: str
    customer: str
    reason: str
    requested_by: str
    began_at: str
    ended_at: str
    erased: Mapping[str, int]
    remaining: int
    by_hand: Sequence[str]
    digests: Mapping[str, Sequence[str]]
    expires: Mapping[str, str]
    published_days: Sequence[str]
    was_interrupted: bool = False
    not_searched: Sequence[str] = ()
    unguarded: bool = False

    def to_text(self) -> str:
        """The certificate for people.

        Returns:
            Lines of text.
        """
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"Certificate of erasure {self.number}"
        yield ""
        yield f"Customer (keyed hash of the id): {self.customer}"
        yield f"Reason: {self.reason}"
        yield f"Requested by {self.requested_by}, begun {self.began_at}, ended {self.ended_at} (UTC)."
        if self.was_interrupted:
            yield "It was interrupted and finished by a later run; what was done last before may not be counted."
        yield ""
        yield "Erased:"
        yield from (f"  {name}: {count}" for name, count in sorted(self.erased.items()))
        yield f"Found afterwards: {self.remaining}"
        if self.by_hand:
            yield (
                "To be erased by hand, because these objects are no JSON, damaged or in a folder that no run loads: "
                f"{_listed(self.by_hand)}"
            )
        if self.not_searched:
            yield f"Not searched, because these objects are no text, or damaged: {_listed(self.not_searched)}"
        if self.unguarded and self.erased.get("landing: objects"):
            yield (
                "The object store has no conditional writes (If-Match): what another program delivered under the key "
                "of a rewritten object at the same moment is lost. Deliver again what was delivered during the erasure."
            )
        yield ""
        yield "Not gone at once:"
        yield from (f"  {place}: {when}" for place, when in self.expires.items())
        if self.published_days:
            first, last = self.published_days[0], self.published_days[-1]
            yield (
                f"  published features and CSVs, days from {first} to {last}: they have the customer's id with zeros "
                "and ones, and nothing else; publishing such a day again (shop run, shop backfill) leaves it out, and "
                f"until then the check {FEATURES_HAVE_ONE_ROW_PER_CUSTOMER} counts it"
            )
        if sum(self.erased.values()):
            yield ""
            yield (
                "Purchases stay for statistics, under a pseudonym. The customer's id stays as the key of a deletion; "
                "one that is a phone or an e-mail stays encrypted, and the key ring decrypts it."
            )


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - SHOWN_KEYS} more, which are in the JSON" if len(keys) > SHOWN_KEYS else ""
    return f"{len(keys)}: {', '.join(keys[:SHOWN_KEYS])}{more}"


def require_complete(certificates: Iterable[Certificate]) -> None:
    """Fail if something is left to people: so a command and a job end alike.

    Args:
        certificates: Of erasures that have ended.

    Raises:
        ErasureError: One of them names objects that have to be erased by hand.
    """
    if any(certificate.by_hand for certificate in certificates):
        raise ErasureError("Some objects of landing have to be erased by hand: the certificate names them.")


def save(bucket: Bucket, certificate: Certificate) -> None:
    """Write a certificate; one of the same number is replaced.

    Args:
        bucket: The bucket of reports.
        certificate: The certificate.
    """
    content = json.dumps(asdict(certificate), ensure_ascii=False, indent=2).encode()
    bucket.put(f"{PREFIX}{certificate.number}.json", content, "application/json")
    bucket.put(f"{PREFIX}{certificate.number}.txt", certificate.to_text().encode(), "text/plain; charset=utf-8")


def saved(bucket: Bucket) -> list[Certificate]:
    """Read the certificates.

    Args:
        bucket: The bucket of reports.

    Returns:
        The certificates, the oldest first.
    """
    keys = sorted(summary.key for summary in bucket.list(PREFIX) if summary.key.endswith(".json"))
    return [Certificate(**json.loads(bucket.get(key))) for key in keys]


def expiry_of(topic: Topic, now: datetime) -> str:
    """When the old messages of a topic are gone.

    Args:
        topic: The topic with its configuration.
        now: The current time.

    Returns:
        One sentence.
    """
    settings = topic.configuration
    segment = int(settings["segment.ms"])
    sentences = []
    if "delete" in settings["cleanup.policy"].split(","):
        retention = int(settings["retention.ms"])
        if retention == UNLIMITED:
            sentences.append("never by retention: its retention.ms has no limit")
        else:
            sentences.append(f"by retention, at the latest on {_later(now, retention + segment)}")
    if topic.is_compacted:
        lag = int(settings["max.compaction.lag.ms"])
        when = f"at the latest on {_later(now, lag + segment)}" if lag < _LARGEST_LAG_MS else "at no stated time"
        sentences.append(f"by compaction {when}: max.compaction.lag.ms sets one")
    return "; ".join(sentences)


def _later(now: datetime, milliseconds: int) -> str:
    try:
        return f"{now + timedelta(milliseconds=milliseconds):%Y-%m-%d %H:%M} UTC"
    except OverflowError:
        return "no date"


def summary_row(certificate: Certificate) -> dict[str, Any]:
    """A certificate as a row of a list.

    Args:
        certificate: The certificate.

    Returns:
        Number, times, reason and counts by place; a total would count a document in each place that has it.
    """
    return {
        "number": certificate.number,
        "ended": certificate.ended_at,
        "reason": certificate.reason,
        "erased": {place: count for place, count in sorted(certificate.erased.items()) if count},
        "found afterwards": certificate.remaining,
    }
