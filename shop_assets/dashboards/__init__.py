"""What people look at: the same panels in Grafana and in one HTML file.

A panel is said once, in `catalogue/`: its title, its query (a file of `sql/`), its type, units and titles.
`grafana/` writes Grafana's provisioning from it, `page/` the HTML dashboard; `alerts.py` says when somebody is called.
SQL is not here but in `sql/quality/` (shared with the asset checks) and `sql/dashboards/`.
"""
