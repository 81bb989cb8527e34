"""What an inspection finds, and when a delivery is clean. Nothing here holds a value of a document.

What asks MART for its findings is in `mart_findings.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop_assets.inspection.disagreements import OTHER_LINES, DisagreementFinding


@dataclass(frozen=True)
class FieldFinding:
    """A field of the model: how many documents have something there, and of how many of these it is read."""

    field: str
    documents: int
    read: int


@dataclass(frozen=True)
class KindFinding:
    """A kind: its files and documents, how many of these would be rejected, each once, its fields, other fields by how
    often they are there, how it was read, and what its pages name and the folder lacks.
    """

    kind: str
    files: int
    documents: int
    rejected: int
    fields: Sequence[FieldFinding]
    other_fields: Mapping[str, int]
    readings: Mapping[str, int]
    mapping_rules: Mapping[str, int]
    incomplete_pages: str


@dataclass(frozen=True)
class RejectFinding:
    """Documents that would be rejected for one reason; the first one's place, if it is known."""

    kind: str
    by: str
    reason: str
    documents: int
    first: str = ""
    detail: str = ""


@dataclass(frozen=True)
class UnreadFinding:
    """Values that would be there and not be read; the example shows the shape of one."""

    kind: str
    field: str
    reason: str
    documents: int
    example: str


@dataclass(frozen=True)
class ContactFinding:
    """Phones or e-mails that would be encrypted as they are; the example shows the shape of one."""

    kind: str
    field: str
    values: int
    example: str


@dataclass(frozen=True)
class GroupFinding:
    """A label that belongs to none of the five product groups, and how often products or lines have it."""

    place: str
    label: str
    occurrences: int


@dataclass(frozen=True)
class SilentFeature:
    """A feature that would be the same for nearly everyone: the columns that it needs, by the share of rows that have
    them.
    """

    feature: str
    columns: Mapping[str, float]


@dataclass(frozen=True)
class AmountFinding:
    """Amounts that would not agree: what was compared with what, and the factor between most of those that differ.

    Attributes:
        what: The two amounts.
        compared: How many pairs there are.
        wrong: How many of them do not agree.
        factor: A power of ten, such as 100 for kopecks; 1 if there is none.
    """

    what: str
    compared: int
    wrong: int
    factor: float


@dataclass(frozen=True, kw_only=True)
class MartFindings:
    """What MART would have."""

    loaded: Mapping[str, int]
    """How many documents of each kind MART would show."""
    rejected: Mapping[str, int]
    """How many MART would reject; one with several reasons is among the rejects for each."""
    rejects: Sequence[RejectFinding]
    unread: Sequence[UnreadFinding]
    references: Mapping[str, int]
    reference_examples: Mapping[str, Sequence[str]]
    """A few ids of the documents that have them, masked; for a line, the id of its purchase."""
    excluded: Mapping[str, int]
    wholly_excluded_kinds: Sequence[str]
    amounts: Sequence[AmountFinding]
    voided_lines: int
    silent_features: Sequence[SilentFeature]
    doubtful_ids: Sequence[str]
    """Ids that stand for several documents which disagree, or are spelled in several ways."""
    disagreements: Sequence[DisagreementFinding]
    unknown_groups: Sequence[GroupFinding]


@dataclass(frozen=True, kw_only=True)
class Inspection(MartFindings):
    """Everything that was found; `rejects` are those of all stages."""

    folder: str
    mapping: str
    kinds: Sequence[KindFinding]
    irregular_contacts: Sequence[ContactFinding]
    personal_data_elsewhere: Mapping[str, int]
    """Phones and e-mails that would be encrypted outside the fields that the model has for them, by kind and path."""
    expected_counts: Mapping[str, int]
    """The variables that the checks of counts need, with what MART would show; none if the settings allow for it."""
    left_out: Sequence[str]
    proposed_mapping: str
    left_by_proposal: Mapping[str, Sequence[str]]
    """What a person has to decide beside the proposed mapping, by what it is; empty if there is no proposal."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing would be wrong: all is read, nothing is rejected or left out, amounts agree, no purchase
        loses lines to another of its id, groups are known, contacts are regular and in their fields, no feature would
        be the same for nearly everyone, no kind is excluded as a whole, no page lacks another, and no field of the
        model may be under another name. That a newer file has another document for an id is how deliveries change
        documents, and counts that differ from the settings may be right.
        """
        troubles = (
            *(self.rejects, self.unread, self.amounts, self.silent_features),
            *([one for one in self.disagreements if one.what == OTHER_LINES], self.doubtful_ids),
            *(self.unknown_groups, self.irregular_contacts, self.personal_data_elsewhere),
            *(self.left_out, self.proposed_mapping),
        )
        is_incomplete = any(kind.incomplete_pages for kind in self.kinds)
        return not (any(troubles) or any(self.references.values()) or self.wholly_excluded_kinds or is_incomplete)
