"""The built files of `grafana/provisioning`, by name."""

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from shop_assets.dashboards.catalogue import DASHBOARDS
from shop_assets.dashboards.grafana.dashboards import grafana_dashboard
from shop_assets.dashboards.grafana.rules import rule_file
from shop_assets.settings import BusinessSettings

HEADER = "# Made by `make grafana` from shop_assets/dashboards/alerts.py: change it there.\n"


class _Dumper(yaml.SafeDumper):
    """Writes SQL as blocks, so that it can be read, and what is equal twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # as PyYAML calls it
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def built_files(settings: BusinessSettings) -> dict[str, str]:
    """The text of each file: equal settings give equal bytes."""
    encoder = JSONEncoder(indent=2, ensure_ascii=False, sort_keys=True)
    files = {
        f"dashboards/shop/{dashboard.uid}.json": f"{encoder.encode(grafana_dashboard(dashboard, settings))}\n"
        for dashboard in DASHBOARDS
    }
    rules = yaml.dump(rule_file(settings), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return files | {"alerting/rules.yaml": HEADER + rules}
