"""Random histories of documents of all kinds, the messages about them, and the state that they end in.

A history is what MongoDB does to one document; its messages come as the capture sends them: an update may carry the
document as it was later, a snapshot repeats what is there, a killed capture sends again. Then everything is
shuffled: MART has to come out the same whatever the order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from shop_assets.documents.kinds import KINDS, PURCHASES, DocumentKind
from shop_assets_tests.warehouse.dirty_documents import CLEAN
from shop_assets_tests.warehouse.raw_messages import RawMessage, document, tombstone

Body = dict[str, Any]

REQUIRED = {"stores": "store_name", "products": "price", "customers": "registration_date", "purchases": "total_amount"}
"""A required field of each kind; without it MART rejects the document."""

MARKER_FIELD = {
    "stores": "store_type_description", "products": "description", "customers": "first_name",
    "purchases": "delivery_address.street",
}  # fmt: skip
MARKER_COLUMN = MARKER_FIELD | {"purchases": "delivery_street"}
"""A field of each kind, and its column in MART, that say which version of the document this is."""


@dataclass
class Histories:
    """`count` documents of all kinds: their messages by kind's name, shuffled, and MongoDB's state at the end.

    The seed and the number of a document say all of its history.
    """

    seed: int
    count: int
    messages: dict[str, list[RawMessage]] = field(repr=False, default_factory=lambda: {kind.name: [] for kind in KINDS})
    state: dict[str, dict[str, Body]] = field(repr=False, default_factory=lambda: {kind.name: {} for kind in KINDS})
    rejects: set[tuple[str, str, int]] = field(repr=False, default_factory=set)
    """Kind, id and turn of every document that was sent and that MART rejects."""

    def __post_init__(self) -> None:
        for number in range(self.count):
            kind = KINDS[number % len(KINDS)]
            self._live(Random(f"{self.seed}:{number}"), kind, f"{kind.singular}-{number:05}")
        for messages in self.messages.values():
            Random(self.seed).shuffle(messages)
            messages[:] = [replace(message, offset=offset) for offset, message in enumerate(messages)]

    def _live(self, random: Random, kind: DocumentKind, name: str) -> None:
        moments: list[Body | None] = [random_body(random, kind, name, 0)]
        for turn in range(1, random.randint(1, 12)):
            is_deleted = moments[-1] is not None and random.random() < 0.3
            moments.append(None if is_deleted else random_body(random, kind, name, turn))
        if moments[-1] is not None:
            self.state[kind.name][name] = moments[-1]
        for time, body in _messages(random, moments):
            if body is not None and is_rejected(kind, body):
                self.rejects.add((kind.name, name, body["turn"]))
            message = tombstone(name, source_time=time) if body is None else document(name, body, source_time=time)
            self.messages[kind.name] += [message] * (1 + (random.random() < 0.2))


def _messages(random: Random, moments: Sequence[Body | None]) -> Iterator[tuple[int, Body | None]]:
    """The messages about a document that was so at these moments, with source times: ten a moment, so that a snapshot
    fits in between.
    """
    for turn, body in enumerate(moments):
        time = 10 * (turn + 1)
        if body is None or turn == 0 or random.random() < 0.8:
            yield time, body
        elif (later := random.choice(moments[turn:])) is not None:
            # An update's document is looked up when the event is read; when it is gone by then, there is no message.
            yield time, later
        if body is not None and random.random() < 0.2:
            yield time + random.choice([0, 1, 9]), body


def is_rejected(kind: DocumentKind, body: Body) -> bool:
    """Whether MART shows it among the rejects and nowhere else."""
    return REQUIRED[kind.name] not in body


def marker(kind: DocumentKind, body: Body) -> object:
    """Which version of the document this is."""
    value: Any = body
    for name in MARKER_FIELD[kind.name].split("."):
        value = value[name]
    return value


def random_body(random: Random, kind: DocumentKind, name: str, turn: int) -> Body:
    """A document with its turn in it; one in five lacks what MART requires, a purchase has one to four lines."""
    body: Body = CLEAN[kind.name] | {kind.id_field: name, "turn": turn}
    text = f"turn {turn}"
    body |= {"delivery_address": {"street": text}} if kind is PURCHASES else {MARKER_FIELD[kind.name]: text}
    if kind is PURCHASES:
        lines = [{"product_id": f"prd-{turn}-{line}", "category": "Мясо"} for line in range(random.randint(1, 4))]
        body |= {"items": lines}
    if random.random() < 0.2:
        del body[REQUIRED[kind.name]]
    return body
