"""The dashboards as one HTML file, for readers without Grafana: the same panels from the same queries.

The file contains data, style and the charts' script, and its Content-Security-Policy forbids all requests. Charts are
Vega-Lite specifications made with Altair; vl-convert provides Vega's script.
"""
