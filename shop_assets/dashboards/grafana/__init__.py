"""Builds Grafana's dashboards and alert rules in `grafana/provisioning`; `make generate` runs it.

The dashboards are built with grafana-foundation-sdk, Grafana's own typed builders. It is a development tool, so only
`shop_assets/generate.py` imports this package. Data source, contact point, policy and message template are written by
hand, as YAML next to the built files.
"""
