"""Runs from the command line: `shop run`, `backfill` and `check`, their progress and their outcome."""
