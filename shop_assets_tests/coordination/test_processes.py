"""Whether a process has ended, between real processes."""

import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from shop_assets.coordination import processes
from shop_assets.coordination.processes import (
    ProcessName,
    has_lived_since,
    is_gone,
    is_gone_from_this_host,
    own_process,
)


def ended_process() -> int:
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        child.kill()
    return child.pid


def test_a_process_is_gone_when_its_number_is_free_or_anothers() -> None:
    me = own_process()
    assert not is_gone(me)
    assert is_gone(ProcessName(me.machine, me.pid, "1"))
    assert not is_gone(ProcessName("another machine", me.pid, "1"))
    assert not is_gone(ProcessName("", me.pid, "1"))
    assert is_gone(ProcessName(me.machine, ended_process(), "1"))


def test_no_process_of_a_host_outlives_its_boot_and_of_another_container_nothing_is_known() -> None:
    me = own_process()
    boot, space = me.machine.split()
    assert not is_gone_from_this_host(me)
    assert is_gone_from_this_host(replace(me, started="1"))
    assert is_gone_from_this_host(replace(me, machine=f"another-boot {space}"))
    assert not is_gone_from_this_host(replace(me, machine=f"{boot} pid:[1]", started="1"))


def test_a_process_with_the_number_of_one_of_before_has_not_lived_since() -> None:
    before = time.time()
    time.sleep(0.05)  # the kernel counts in hundredths
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        assert not has_lived_since(child.pid, before)
        assert has_lived_since(child.pid, time.time() + 0.05)
        child.kill()
    assert not has_lived_since(child.pid, time.time())


def test_without_proc_a_process_is_gone_when_nobody_has_its_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    me = own_process()
    assert me == ProcessName("", os.getpid(), "")
    assert not is_gone_from_this_host(me)
    assert has_lived_since(me.pid, 0)
    ended = ended_process()
    assert is_gone_from_this_host(replace(me, pid=ended))
    assert not has_lived_since(ended, time.time())
    assert not is_gone(replace(me, pid=ended)), "it may be of another machine"
