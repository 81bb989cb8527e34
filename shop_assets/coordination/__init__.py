"""Coordination: which run may write, and when.

The lease in MongoDB gives one run at a time the right to write; `processes` shows whether its holder is still alive;
`pools` are Dagster's own limits on concurrent runs.
"""
