"""Runs of a real code server, when it is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import orjson
import pytest
from dagster import DagsterInstance
from dagster._core.events import EngineEventData
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._grpc.client import DagsterGrpcClient

from shop_assets.automation.abandoned_runs import fail_abandoned_runs
from shop_assets.automation.launched_runs import GRPC_INFO_TAG
from shop_assets_tests.automation import sleeping_job

HOST = "localhost"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """As docker-compose.yml has it: what was cut off is run again."""
    retries = {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}
    settings = {"telemetry": {"enabled": False}, "run_retries": retries}
    with DagsterInstance.local_temp(str(tmp_path), overrides=settings) as instance:
        yield instance


@contextmanager
def code_server() -> Iterator[tuple[subprocess.Popen[bytes], DagsterGrpcClient]]:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    command = [sys.executable, "-m", "dagster", "api", "grpc", "--port", str(port), "--python-file"]
    with subprocess.Popen([*command, sleeping_job.__file__], stdout=subprocess.DEVNULL) as process:
        client = DagsterGrpcClient(host=HOST, port=port)
        try:
            wait_until(lambda: answers(client))
            yield process, client
        finally:
            process.kill()


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answers(client: DagsterGrpcClient) -> bool:
    try:
        client.ping("")
    except dg.DagsterError:
        return False
    return True


def launch(instance: DagsterInstance, client: DagsterGrpcClient) -> tuple[str, int]:
    """A run that goes on, and the number of its process."""
    location = GrpcServerCodeLocationOrigin(host=HOST, port=client.port, location_name="sleeping")
    origin = RemoteRepositoryOrigin(location, "__repository__").get_job_origin("sleeps")
    run = instance.create_run_for_job(sleeping_job.sleeps, remote_job_origin=origin)
    DefaultRunLauncher.launch_run_from_grpc_client(instance, run, client)
    wait_until(lambda: status(instance, run.run_id) is dg.DagsterRunStatus.STARTED)
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
    (pid,) = {event.dagster_event.engine_event_data.metadata["pid"].value for event in events}
    return run.run_id, int(pid)


def status(instance: DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    return instance.get_run_by_id(run_id).status


def recorded(instance: DagsterInstance, server: dict[str, object], pid: int | None) -> str:
    """A started run that the server has launched by its tags, in the process of this number."""
    tags = {GRPC_INFO_TAG: orjson.dumps(server).decode()}
    run = instance.create_run_for_job(sleeping_job.sleeps, status=dg.DagsterRunStatus.STARTED, tags=tags)
    if pid is not None:
        instance.report_engine_event("Started process for run", run, EngineEventData.in_process(pid))
    return run.run_id


def test_a_run_whose_code_server_was_killed_is_failed_when_its_process_is_gone_too_and_tried_again(instance):
    with code_server() as (server, client):
        run_id, pid = launch(instance, client)
        assert fail_abandoned_runs(instance) == []
        server.kill()
        server.wait()
        assert fail_abandoned_runs(instance) == [], "it goes on without its server, and may finish"
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: run_id in fail_abandoned_runs(instance))
    assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE
    assert instance.get_run_by_id(run_id).tags["dagster/will_retry"] == "true"
    (failure,) = instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    assert "process no longer exists" in failure.message


def test_a_run_that_is_unknown_to_the_server_that_came_back_is_failed_unless_its_process_lives(instance):
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        pass
    with code_server() as (_, client):
        here = {"host": HOST, "port": client.port}
        lost = recorded(instance, here, ended.pid)
        recorded(instance, here, os.getpid())  # as of a server that has reloaded its code
        recorded(instance, here, None)
        assert fail_abandoned_runs(instance) == [lost]


def test_of_a_run_of_a_server_on_another_machine_that_is_out_of_reach_nothing_is_said(instance):
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        pass
    recorded(instance, {"host": "elsewhere.invalid", "port": 4000}, ended.pid)
    assert fail_abandoned_runs(instance) == []
