"""Reading the documents of one kind for an inspection: each is counted, and inserted into RAW unless it is rejected."""

import base64
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from shop_assets.document_store.bson_documents import StorableDocument, to_bson
from shop_assets.document_store.shapes import NO_TEXT_ID
from shop_assets.documents.json_text import UnwritableError, to_json
from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.marks import is_mark
from shop_assets.inspection.field_counts import FieldCounts
from shop_assets.inspection.findings import ContactFinding, FieldFinding, KindFinding, MartFindings, RejectFinding
from shop_assets.inspection.proposals import ProposedField, propose, toml_text
from shop_assets.inspection.settings import InspectionSettings
from shop_assets.inspection.warehouse import InspectedMessages, LocalClient
from shop_assets.landing.files.file_order import natural_order
from shop_assets.landing.files.reading import read_stream
from shop_assets.landing.filling.folder_import import FolderImport, SourceFile, source_files
from shop_assets.landing.filling.source_folder import SourceFolder
from shop_assets.landing.mapping.mapping_file import ShopMapping
from shop_assets.landing.mapping.translation import Form, Found, PageSummary, ParsedDocument, UnreadableDocument
from shop_assets.landing.wrappers.page_claims import PageClaims
from shop_assets.landing.wrappers.unwrapping import documents_inside
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.personal_data.encryption import CIPHERTEXT_ID, PERSONAL_ID, PersonalDataEncryption, PersonalIdError
from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.topics.making import UNWRITABLE

_REJECTED_BY_KAFKA: Final = frozenset({PERSONAL_ID, CIPHERTEXT_ID, UNWRITABLE})


@dataclass
class _RejectCount:
    documents: int = 0
    first: str = ""
    detail: str = ""


@dataclass
class KindReading:
    """One kind's documents: counted, and inserted into RAW."""

    kind: DocumentKind
    mapping: ShopMapping
    client: LocalClient
    settings: InspectionSettings
    documents: int = 0
    readings: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    pages: PageClaims = field(default_factory=PageClaims)
    skipped: FolderImport = field(default_factory=FolderImport)
    _rejects: dict[str, _RejectCount] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.files: list[SourceFile] = []
        self.counts = FieldCounts(self.kind)
        self._form = Form(self.kind, self.mapping.of(self.kind))
        self._messages = InspectedMessages(self.client, self.kind)
        self._encryption = PersonalDataEncryption(_throw_away_cipher(self.settings))
        self.rules.update(dict.fromkeys(self.mapping.of(self.kind).names(), 0))

    def read(self, source: SourceFolder) -> None:
        """Read every file of the kind, the oldest first."""
        self.files = sorted(source_files(source, self.kind, self.skipped), key=_age)
        for file in self.files:
            self._messages.begin_file()  # also for one that cannot be opened: its number is its place in the list
            try:
                stream = file.path.open("rb")
            except OSError as error:
                self.skipped.skip(file.name, "unreadable", error.strerror)
                continue
            with stream:
                for found in read_stream(file.name, stream, self._form):
                    self._take(file, found)
        self._messages.flush()

    def _take(self, file: SourceFile, found: Found) -> None:
        if isinstance(found, PageSummary):
            self.readings.update(set(found.readings))
            if found.claim is not None:
                self.pages.add(found.claim)
            return
        place = _place(file, found.position)
        if isinstance(found, UnreadableDocument):
            self.documents += found.documents
            self._reject(found.reason, found.detail, place, found.documents)
        else:
            self._take_parsed(found, place)

    def _take_parsed(self, found: ParsedDocument, place: str) -> None:
        self.documents += 1
        self.counts.add(found.document)
        self.readings.update(set(found.readings))
        self.rules.update(found.rules)
        document = to_bson(self.kind, found.document)
        if not isinstance(document, StorableDocument):
            count = documents_inside(self._form.recognition, found.delivered)
            self.documents += count - 1
            self._reject(document.reason, document.detail, place, count)
            return
        try:
            payload = to_json(self._encryption.encrypt(self.kind, found.document))
        except PersonalIdError as error:
            self._reject(error.reason, error.path, place)
        except UnwritableError as error:
            self._reject(UNWRITABLE, str(error), place)
        else:
            self._messages.add(document.document_id, found.position, payload)

    def _reject(self, reason: str, detail: str, place: str, documents: int = 1) -> None:
        count = self._rejects.setdefault(reason, _RejectCount(first=place, detail=without_contacts(detail)))
        count.documents += documents

    def place(self, file: int, position: int) -> str:
        """The place of a document by the number of its file, from 1, and its position there."""
        return _place(self.files[file - 1], position)

    def rejects(self) -> Iterator[RejectFinding]:
        """What MongoDB or Kafka would reject, the commonest first."""
        ordered = sorted(self._rejects.items(), key=lambda item: -item[1].documents)
        for reason, count in ordered:
            by = "Kafka" if reason in _REJECTED_BY_KAFKA else "the loader"
            yield RejectFinding(self.kind.name, by, reason, count.documents, count.first, count.detail)

    def irregular_contacts(self) -> Iterator[ContactFinding]:
        """The phones and e-mails that are none, or several; the commonest field first."""
        for path, count in self._encryption.irregular.most_common():
            yield ContactFinding(self.kind.name, without_contacts(path), count, self._encryption.shapes.get(path, ""))

    def personal_data_elsewhere(self) -> Iterator[tuple[str, int]]:
        """Where phones and e-mails are encrypted outside their fields, and how many; the commonest field first."""
        for path, count in self._encryption.elsewhere.most_common():
            dot = "" if path.startswith(" ") else "."  # the name of a field of the document itself has no path
            yield f"{self.kind.name}{dot}{without_contacts(path)}", count

    def finding(self, found_in_mart: MartFindings) -> KindFinding:
        """What was found of the kind."""
        unread_documents: Counter[str] = Counter()
        for one in found_in_mart.unread:
            if one.kind == self.kind.name:
                unread_documents[one.field] += one.documents
        fields = [
            FieldFinding(path, found, max(0, found - unread_documents[path]))
            for path, found in self.counts.known.items()
        ]
        return KindFinding(
            self.kind.name,
            len(self.files),
            self.documents,
            sum(count.documents for count in self._rejects.values()) + found_in_mart.rejected[self.kind.name],
            fields,
            dict(self.counts.other.most_common()),
            dict(self.readings.most_common()),
            {without_contacts(name): count for name, count in self.rules.items()},
            self.pages.missing(self.documents),
        )

    def proposal(self) -> str:
        """The proposed mapping of the kind."""
        if not self.counts.documents:
            return ""
        fields = self._proposed
        texts = [self.kind.id_field] if any(reason.startswith(NO_TEXT_ID) for reason in self._rejects) else []
        texts += [one.ours for one in fields if one.ours == self.kind.id_field and self._is_number(one.theirs)]
        return toml_text(self.kind, fields, texts)

    def unmatched(self) -> list[str]:
        """The other fields that the proposal pairs with none of the model's; marks need no pair."""
        paired = {one.theirs for one in self._proposed}
        others = (name for name, _ in self.counts.other.most_common() if name not in paired)
        return [name for name in others if not is_mark(self.kind, name.rpartition(".")[2])]

    @cached_property
    def _proposed(self) -> list[ProposedField]:
        return propose(self.kind, self.counts)

    def _is_number(self, theirs: str) -> bool:
        return issubclass(self.counts.types.get(theirs, str), int)


def _place(file: SourceFile, position: int) -> str:
    return without_contacts(f"{file.name}, {position}")


def _age(file: SourceFile) -> tuple[float, str]:
    return file.path.stat().st_mtime, natural_order(file.key)


def _throw_away_cipher(settings: InspectionSettings) -> PersonalDataCipher:
    """Encrypts as the pipeline does, with a key that nobody keeps."""
    key = base64.b64encode(secrets.token_bytes(64)).decode()
    return PersonalDataCipher(parse_key_ring(f"inspect:{key}"), encrypts_ids=settings.personal_ids == "encrypt")
