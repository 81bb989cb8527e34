"""Dashboards: the same panels in Grafana and in one HTML file.

A panel is defined once, in `catalogue/`: its title, its query, its type, units and titles of values. Alert rules are in
`alerts.py`. From both, `grafana/` builds Grafana's provisioning and `page/` the HTML dashboard. The SQL is in
`sql/dashboards/` and, shared with the asset checks, in `sql/quality/`.
"""
