"""Writes what Grafana reads in `grafana/provisioning`: the dashboards and the alert rules.

`make generate` runs it. Dashboards are built with grafana-foundation-sdk, Grafana's own typed builders; it belongs to
the development tools, nothing else imports this package. Data source, contact point, policy and message template have
nothing to build: they are YAML written by hand beside the built files.
"""
