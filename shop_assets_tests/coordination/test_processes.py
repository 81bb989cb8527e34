"""Whether a process has ended, between real processes."""

import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from shop_assets.coordination import processes
from shop_assets.coordination.processes import (
    ProcessIdentity,
    current_process,
    has_exited,
    has_exited_on_this_host,
    is_known_here,
    was_running_at,
)


def ended_process() -> int:
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        child.kill()
    return child.pid


def test_a_process_is_gone_when_its_number_is_free_or_anothers() -> None:
    me = current_process()
    assert not has_exited(me)
    assert is_known_here(me)
    assert not is_known_here(ProcessIdentity("another machine", me.pid, me.started))
    assert not is_known_here(ProcessIdentity("", me.pid, ""))
    assert has_exited(ProcessIdentity(me.machine, me.pid, "1"))
    assert not has_exited(ProcessIdentity("another machine", me.pid, "1"))
    assert not has_exited(ProcessIdentity("", me.pid, "1"))
    assert has_exited(ProcessIdentity(me.machine, ended_process(), "1"))


def test_no_process_of_a_host_outlives_its_boot_and_of_another_container_nothing_is_known() -> None:
    me = current_process()
    boot, space = me.machine.split()
    assert not has_exited_on_this_host(me)
    assert has_exited_on_this_host(replace(me, started="1"))
    assert has_exited_on_this_host(replace(me, machine=f"another-boot {space}"))
    assert not has_exited_on_this_host(replace(me, machine=f"{boot} pid:[1]", started="1"))


def test_a_process_with_the_number_of_one_of_before_has_not_lived_since() -> None:
    before = time.time()
    time.sleep(0.05)  # the kernel counts in hundredths
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        assert not was_running_at(child.pid, before)
        assert was_running_at(child.pid, time.time() + 0.05)
        child.kill()
    assert not was_running_at(child.pid, time.time())


def test_without_proc_a_process_is_gone_when_nobody_has_its_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    me = current_process()
    assert me == ProcessIdentity("", os.getpid(), "")
    assert not has_exited_on_this_host(me)
    assert was_running_at(me.pid, 0)
    ended = ended_process()
    assert has_exited_on_this_host(replace(me, pid=ended))
    assert not was_running_at(ended, time.time())
    assert not has_exited(replace(me, pid=ended)), "it may be of another machine"
