"""The contract with producers: a JSON Schema of each kind, made from the models.

A schema describes the documents that are read without any conversion. The pipeline reads much more than that
(`docs/cleaning.md`), and a document may have other fields.
"""

from typing import Any, Final

from pydantic import TypeAdapter

from shop_assets.documents.fields import MODELS
from shop_assets.documents.kinds import DocumentKind
from shop_assets.documents.models import REQUIRED

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: DocumentKind) -> dict[str, Any]:
    """The JSON Schema of a kind's documents.

    Args:
        kind: The kind.

    Returns:
        A schema of draft 2020-12. `required` are the fields without which MART rejects the document; every other field
        may be missing or null.
    """
    schema = TypeAdapter(MODELS[kind]).json_schema()
    for definition in (schema, *schema.get("$defs", {}).values()):
        _relax(definition)
    return {"$schema": DIALECT} | schema | {"title": kind.singular}


def _relax(definition: dict[str, Any]) -> None:
    """Require only what MART requires, and allow null for the rest."""
    required = []
    for name, schema in definition["properties"].items():
        schema.pop("title", None)
        if schema.pop(REQUIRED, False):
            required.append(name)
        else:
            definition["properties"][name] = _nullable(schema)
    definition.pop("required", None)
    if required:
        definition["required"] = required


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:  # null is one of them
        return schema
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}
