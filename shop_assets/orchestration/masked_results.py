"""Results without phones and e-mails: the metadata and the descriptions that Dagster stores and shows."""

from collections.abc import Mapping
from typing import Any, Final

from dagster import (
    AssetCheckResult,
    JsonMetadataValue,
    MarkdownMetadataValue,
    MaterializeResult,
    MetadataValue,
    PathMetadataValue,
    TextMetadataValue,
    UrlMetadataValue,
)

from shop_assets.personal_data.contacts import masked_value, without_contacts

_TEXTS: Final = (MarkdownMetadataValue, PathMetadataValue, TextMetadataValue, UrlMetadataValue)


def masked_result(result: Any) -> Any:
    """Mask the metadata and the description of a result.

    Args:
        result: What an asset or a check returned.

    Returns:
        A copy of the result; anything else unchanged.
    """
    match result:
        case MaterializeResult():
            return result._replace(metadata=masked_metadata(result.metadata or {}))
        case AssetCheckResult():
            description = without_contacts(result.description) if result.description else result.description
            return result._replace(metadata=masked_metadata(result.metadata or {}), description=description)
        case _:
            return result


def masked_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Mask the texts of metadata. Counts, sizes and seconds, which are numbers, stay.

    Args:
        metadata: Values by label.

    Returns:
        A copy.
    """
    return {label: _masked_metadata_value(value) for label, value in metadata.items()}


def _masked_metadata_value(value: Any) -> Any:
    match value:
        case str():
            return without_contacts(value)
        case JsonMetadataValue():
            return MetadataValue.json(masked_value(value.data))
        case _ if isinstance(value, _TEXTS):
            text = value.value or ""
            shown = without_contacts(text)
            return value if shown == text else type(value)(shown)
        case _:
            return value
