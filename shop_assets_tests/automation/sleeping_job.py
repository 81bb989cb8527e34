"""A code location with one job, which sleeps; for a code server of its own."""

import time

import dagster as dg


@dg.op
def sleep() -> None:
    time.sleep(600)


@dg.job(executor_def=dg.in_process_executor)
def sleeps() -> None:
    sleep()


defs = dg.Definitions(jobs=[sleeps])
