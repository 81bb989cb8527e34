"""`python -m shop_assets.dashboards.grafana`: writes the built files of `grafana/provisioning`."""

from pathlib import Path

from shop_assets.dashboards.grafana.files import built_files
from shop_assets.settings import BusinessSettings

PROVISIONING = Path(__file__).parents[3] / "grafana" / "provisioning"


def main() -> None:
    """Writes every file, with the limits that the SHOP_ variables of the environment give."""
    for name, text in built_files(BusinessSettings()).items():
        (PROVISIONING / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
