"""The inspection itself: every kind is read once (`kind_reading.py`), and MART is asked what it made of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shop_assets.documents.kinds import KINDS, PRODUCTS, PURCHASES, STORES
from shop_assets.inspection.findings import Inspection, MartFindings
from shop_assets.inspection.kind_reading import KindReading
from shop_assets.inspection.mart_findings import mart_findings
from shop_assets.inspection.proposals import left_by_proposal
from shop_assets.inspection.settings import InspectionSettings
from shop_assets.inspection.warehouse import local_warehouse
from shop_assets.landing.filling.source_folder import survey
from shop_assets.landing.mapping.mapping_file import NO_MAPPING, ShopMapping
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.settings import variable


def inspect_folder(folder: Path, mapping: ShopMapping, settings: InspectionSettings) -> Inspection:
    """Inspect a folder. Memory is bounded by a batch of documents and the engine's own limit.

    Args:
        folder: The folder that would be delivered.
        mapping: How its documents would be read.
        settings: How values would be read.

    Returns:
        What was found, without any personal data.

    Raises:
        SourceFolderError: There is no such folder, or it has documents of no kind.
        ShopError: The engine is not installed.
    """
    source = survey(folder.resolve())
    with local_warehouse(settings) as client:
        readings = [KindReading(kind, mapping, client, settings) for kind in KINDS]
        for reading in readings:
            reading.read(source)
        by_name = {reading.kind.name: reading for reading in readings}
        found = mart_findings(
            client,
            lambda kind, file, position: by_name[kind].place(file, position),
            settings.minimum_delivered_share,
            settings.maximum_wrong_amounts,
        )
    left_out = (*source.left_out, *(path for reading in readings for path in reading.skipped.problems))
    proposed = "\n\n".join(filter(None, (reading.proposal() for reading in readings)))
    return Inspection(
        **(vars(found) | _with_rejects_of_all_stages(found, readings)),
        folder=without_contacts(str(folder)),
        mapping=without_contacts(mapping.name) if mapping is not NO_MAPPING else "",
        kinds=[reading.finding(found) for reading in readings],
        irregular_contacts=[one for reading in readings for one in reading.irregular_contacts()],
        personal_data_elsewhere=dict(one for reading in readings for one in reading.personal_data_elsewhere()),
        expected_counts=_counts_to_set(settings, found.loaded),
        left_out=list(map(without_contacts, left_out)),
        proposed_mapping=proposed,
        left_by_proposal=left_by_proposal(found, {reading.kind: reading.unmatched() for reading in readings})
        if proposed
        else {},
    )


def _with_rejects_of_all_stages(found: MartFindings, readings: Sequence[KindReading]) -> dict[str, Any]:
    """What changes in MART's findings when the rejects of MongoDB and Kafka are added."""
    by_loader = [reject for reading in readings for reject in reading.rejects()]
    rejected_kinds = {reject.kind for reject in by_loader}
    wholly_excluded = [kind for kind in found.wholly_excluded_kinds if kind not in rejected_kinds]
    return {"rejects": [*by_loader, *found.rejects], "wholly_excluded_kinds": wholly_excluded}


def _counts_to_set(settings: InspectionSettings, loaded: Mapping[str, int]) -> dict[str, int]:
    """The variables with which the checks of counts pass that would fail as the settings are; no shop has 0."""
    stores, products, purchases = (loaded[kind.name] for kind in (STORES, PRODUCTS, PURCHASES))
    failing = {
        "expected_stores": stores if stores != settings.expected_stores else 0,
        "minimum_products": products if products < settings.minimum_products else 0,
        "minimum_purchases": purchases if purchases < settings.minimum_purchases else 0,
    }
    return {variable(setting): count for setting, count in failing.items() if count}
