"""What happens to a small shop, phase by phase: documents come, change, break, are fixed and disappear; at the end keys
are rotated and customers are erased.

A scenario follows from its seed alone, so that it can be repeated: once without kills, then with them. The documents
are the generator's, a quarter of them dirty; some lie in files of their own, some many to a file.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from shop_assets.document_store.resource import mongo_resource
from shop_assets.documents.kinds import CUSTOMERS, KINDS, PRODUCTS, PURCHASES, STORES, DocumentKind, natural_id
from shop_assets.documents.pseudonyms import customer_reference
from shop_assets.landing.filling.generator.documents import generate
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets_tests.faults.stages import ScenarioEnvironment, stores

AS_OF: Final = date(2026, 2, 1)
DAYS: Final = (AS_OF - timedelta(days=1), AS_OF - timedelta(days=2))
"""The last whole day that the documents cover, and the one before it."""

BROKEN: Final = b'{"id": "prd-broken", "name": '
FIXED: Final = BROKEN + b'"Bread", "group": "bakery", "price": 45.5}'

CHANGED: Final = 5
DELETED: Final = 2
PHASES_PER_ERASURE: Final = 3

Document = dict[str, Any]


@dataclass
class Phase:
    """What happens before a run. `files`: contents by path under the source folder; `deleted` and `edited` happen in
    MongoDB, by another program: ids by kind, and what is set by kind and id.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    deleted: dict[DocumentKind, list[str]] = field(default_factory=dict)
    edited: dict[DocumentKind, dict[str, Document]] = field(default_factory=dict)

    def apply(self, environment: ScenarioEnvironment) -> None:
        """Brings the source folder, landing and MongoDB to where this phase's run starts."""
        for path, content in self.files.items():
            file = environment.source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        if not (self.deleted or self.edited):
            return
        with mongo_resource(environment.settings).connect() as database, stores(environment.settings) as store:
            for kind, ids in self.deleted.items():
                # Of every other one the file goes too, at its source and in landing. Neither comes back.
                paths = [_path(kind, document_id) for document_id in ids[::2]]
                for path in paths:
                    (environment.source / path).unlink()
                store.landing().delete(paths)
                database[kind.name].delete_many({"_id": {"$in": ids}})
            for kind, documents in self.edited.items():
                for document_id, values in documents.items():
                    database[kind.name].update_one({"_id": document_id}, {"$set": values})


def empty_source(environment: ScenarioEnvironment) -> None:
    """An empty source folder."""
    shutil.rmtree(environment.source, ignore_errors=True)
    for kind in KINDS:
        (environment.source / kind.name).mkdir(parents=True)


@dataclass(frozen=True)
class Scenario:
    """The phases, and what is asked after them: as often as a customer is `erased`, the keys are rotated before."""

    phases: list[Phase]
    erased: list[Document]


def build_scenario(seed: int, phases: int) -> Scenario:
    """A scenario of so many phases."""
    purchases = 40 + 12 * phases
    shop = Shop(seed, stores=6, products=16, customers=30, purchases=purchases, as_of=AS_OF, dirty_share=0.25)
    return _ScenarioBuilder(shop, phases).build()


class _ScenarioBuilder:
    """Deals a generated shop's documents out to phases, and remembers those that can change or be deleted."""

    def __init__(self, shop: Shop, phases: int) -> None:
        self._random = Random(f"{shop.seed} scenario")
        self._phases = phases
        self._made = {kind: list(generate(shop, kind)) for kind in KINDS}
        self._single: dict[DocumentKind, dict[str, Document]] = {kind: {} for kind in KINDS}
        self._lines: dict[str, list[Document]] = {}

    def build(self) -> Scenario:
        phases = [self._first()]
        phases += [self._later(number) for number in range(1, self._phases)]
        return Scenario(phases, self._erased(self._phases // PHASES_PER_ERASURE))

    def _erased(self, count: int) -> list[Document]:
        """Of those who are left at the end the customers with the most purchases, who are in the most files."""
        bought = Counter(customer_reference(document) for document in self._single[PURCHASES].values())
        left = sorted(self._single[CUSTOMERS], key=lambda customer_id: (-bought[customer_id], customer_id))
        return [self._single[CUSTOMERS][customer_id] for customer_id in left[:count]]

    def _first(self) -> Phase:
        phase = Phase()
        for kind, share in ((STORES, 1), (PRODUCTS, 1), (CUSTOMERS, 2), (PURCHASES, 2)):
            made = self._made[kind]
            self._deliver(phase, kind, made[: len(made) // share])
            self._made[kind] = made[len(made) // share :]
        self._deliver_lines(phase, 0, 20)
        phase.files["products/broken.json"] = BROKEN
        return phase

    def _later(self, number: int) -> Phase:
        phase = Phase()
        self._change_files(phase)
        self._delete_and_edit(phase)
        for kind, count in ((CUSTOMERS, 4), (PURCHASES, 8)):
            new, self._made[kind] = self._made[kind][:count], self._made[kind][count:]
            self._deliver(phase, kind, new)
        self._change_lines(phase, f"purchases/lines-{self._random.randrange(len(self._lines))}.jsonl")
        self._deliver_lines(phase, number, 4)
        phase.files["products/broken.json"] = FIXED if number % 2 else BROKEN
        return phase

    def _deliver(self, phase: Phase, kind: DocumentKind, made: Iterable[tuple[str, Any]]) -> None:
        for name, document in made:
            phase.files[f"{kind.name}/{name}.json"] = _json(document)
            if name == natural_id(kind, document):  # neither a copy nor without its id
                self._single[kind][name] = document

    def _deliver_lines(self, phase: Phase, number: int, count: int) -> None:
        taken, self._made[PURCHASES] = self._made[PURCHASES][:count], self._made[PURCHASES][count:]
        path = f"purchases/lines-{number}.jsonl"
        self._lines[path] = [document for _, document in taken]
        phase.files[path] = b"\n".join(map(_json, self._lines[path]))

    def _change_files(self, phase: Phase) -> None:
        for kind in KINDS:
            for document_id in self._some(kind, CHANGED):
                document = self._single[kind][document_id] = self._changed(kind, self._single[kind][document_id])
                phase.files[_path(kind, document_id)] = _json(document)

    def _change_lines(self, phase: Phase, path: str) -> None:
        # Copies stay equal: of two versions in one file MongoDB holds the first for a moment or never, as batches fall.
        changed = {_json(document): self._changed(PURCHASES, document) for document in self._lines[path]}
        self._lines[path] = [changed[_json(document)] for document in self._lines[path]]
        phase.files[path] = b"\n".join(map(_json, self._lines[path]))

    def _delete_and_edit(self, phase: Phase) -> None:
        for kind in (CUSTOMERS, PURCHASES):
            untouched = [i for i in self._some(kind, len(self._single[kind])) if _path(kind, i) not in phase.files]
            gone, edited = untouched[:DELETED], untouched[DELETED : 2 * DELETED]
            phase.deleted[kind] = gone
            for document_id in gone:
                del self._single[kind][document_id]
            # Their files are as they were: the loader has no reason to put them back.
            phase.edited[kind] = {document_id: {"note": self._random.getrandbits(32)} for document_id in edited}

    def _some(self, kind: DocumentKind, count: int) -> list[str]:
        ids = sorted(self._single[kind])
        return self._random.sample(ids, min(count, len(ids)))

    def _changed(self, kind: DocumentKind, document: Document) -> Document:
        changed = json.loads(json.dumps(document))
        if kind == PURCHASES:
            changed["items"] = (changed.get("items") or [])[: self._random.randrange(3)]  # none: MART rejects it
            changed["total_amount"] = self._random.randrange(50, 5000)
        elif kind == CUSTOMERS:
            changed["is_loyalty_member"] = not changed.get("is_loyalty_member")
        elif kind == PRODUCTS:
            changed["is_organic"] = not changed.get("is_organic")
        else:
            changed["delivery_available"] = not changed.get("delivery_available")
        return changed | {"revision": self._random.getrandbits(32)}


def _path(kind: DocumentKind, document_id: str) -> str:
    return f"{kind.name}/{document_id}.json"


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
