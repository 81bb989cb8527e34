"""The dashboards as one HTML file, for who has no Grafana: the same panels from the same queries.

The file asks for nothing: data, style and the charts' script lie in it, and its Content-Security-Policy forbids the
browser every request. Charts are Vega-Lite, written by Altair; vl-convert brings Vega's script.
"""
