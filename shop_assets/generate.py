"""`make generate`: writes every generated file of the project.

`features/generated_files.py` makes SQL and a table of the documentation from the feature definitions,
`dashboards/grafana/` Grafana's provisioning from panels and alert rules, `documents/schemas.py` the JSON Schemas from
the models. A test fails when one of the files is stale.
It runs in a checkout, with the development tools.
"""

import json
from pathlib import Path
from typing import Final

from shop_assets.documents.kinds import KINDS
from shop_assets.features.generated_files import FEATURES_PAGE
from shop_assets.features.generated_files import generated_files as feature_files
from shop_assets.settings import BusinessSettings

PROJECT: Final = Path(__file__).parents[1]


def generated_files(project: Path, settings: BusinessSettings) -> dict[str, str]:
    """Generate every file: equal inputs give equal bytes.

    Args:
        project: The folder of the checkout.
        settings: The limits and the time zone for Grafana.

    Returns:
        The text of each file, by its path in the project.
    """
    from shop_assets.dashboards.grafana.files import built_files
    from shop_assets.landing.filling.generator.contract import contract

    page = (project / FEATURES_PAGE).read_text(encoding="utf-8")
    grafana = {f"grafana/provisioning/{name}": text for name, text in built_files(settings).items()}
    schemas = {
        f"docs/schemas/{kind.singular}.schema.json": json.dumps(contract(kind), ensure_ascii=False, indent=2) + "\n"
        for kind in KINDS
    }
    return feature_files(page) | grafana | schemas


def main() -> None:
    """Write the files, with the limits that the SHOP_ variables of the environment set."""
    for name, text in generated_files(PROJECT, BusinessSettings()).items():
        (PROJECT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
