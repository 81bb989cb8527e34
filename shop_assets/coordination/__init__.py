"""Coordination: which run may write, and when.

The lease in MongoDB gives one run at a time the right to write; `processes` shows whether its holder is still alive;
`pools` are Dagster's own limits on concurrent runs. `writers` and `fence` make transactions fail once the lease is
lost; `workers` share computing; `progress` reports how far a stage is.
"""
