"""The GitHub workflows: valid, without known weaknesses, and of nothing but what is pinned and there."""

import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CI = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
SECURITY = (ROOT / ".github" / "workflows" / "security.yml").read_text(encoding="utf-8")
BY_NAME = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def steps(path: Path) -> list[dict[str, str]]:
    return [step for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values() for step in job["steps"]]


@BY_NAME
def test_actions_are_pinned_by_hash_with_the_version_beside_it(path: Path):
    used = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert used
    assert [line for line in used if not re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


@BY_NAME
def test_a_workflow_may_read_the_code_and_nothing_else(path: Path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


@BY_NAME
def test_files_and_make_targets_that_a_step_names_are_there(path: Path):
    targets = re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for step in steps(path):
        command = step.get("run", "")
        for target in re.findall(r"^make ([\w./]+)", command, re.MULTILINE):
            assert target in [*targets, ".venv/.ready"]
        for file in re.findall(r"(?:^|\s)(\.ci/\w+|shop_assets_tests/[\w./]+)", command):
            assert (ROOT / file).exists()


def test_every_python_that_the_project_is_made_for_is_tested():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lowest, below = map(int, re.findall(r"3\.(\d+)", project["requires-python"]))
    matrix = CI["jobs"]["embedded"]["strategy"]["matrix"]
    assert matrix["python"] == [f"3.{minor}" for minor in range(lowest, below)]


def test_a_commit_of_main_is_tested_to_the_end_whatever_comes_after_it():
    # A group of its own: a newer run of the same group would take its place, even if it is not cancelled while it runs.
    assert "github.event.pull_request.number || github.sha" in CI["concurrency"]["group"]


def test_slow_tests_and_fault_injection_run_once_a_week():
    weekly = yaml.safe_load((ROOT / ".github" / "workflows" / "weekly.yml").read_text(encoding="utf-8"))
    assert {"test-slow", "faults"} <= set(weekly["jobs"]["slow"]["strategy"]["matrix"]["target"])
    (schedule,) = weekly[True]["schedule"]  # YAML 1.1 reads the key `on` as true
    assert schedule["cron"].split()[2:4] == ["*", "*"]


@BY_NAME
def test_python_packages_come_from_the_lock_alone(path: Path):
    commands = "\n".join(step.get("run", "") for step in steps(path))
    assert not re.search(r"\b(?:pip|pipx|uv|uvx) (?:install|run|tool|add)\b", commands)


def test_zizmor_finds_nothing():
    zizmor = Path(sysconfig.get_path("scripts")) / "zizmor"
    done = subprocess.run([zizmor, "--offline", "--quiet", ROOT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed: it builds actionlint")
def test_actionlint_finds_nothing():
    (tool,) = re.findall(r"go run (github\.com/rhysd/actionlint/\S+)", SECURITY)
    done = subprocess.run(
        # Its optional helpers differ from machine to machine.
        ["go", "run", tool, "-shellcheck=", "-pyflakes=", *WORKFLOWS],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    if "dial tcp" in done.stderr or "no such host" in done.stderr:
        pytest.skip("Go's modules cannot be fetched")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_image_is_proposed_whose_server_cannot_open_the_volumes_of_the_present_one():
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    ignored = {
        rule["dependency-name"]: {kind.rpartition("-")[2] for kind in rule["update-types"]}
        for update in updates
        for rule in update.get("ignore", [])
    }
    assert ignored == {
        "python": {"major", "minor"},
        "postgres": {"major"},
        "mongo": {"major", "minor"},
        "clickhouse/clickhouse-server": {"major", "minor"},
    }
    images = (ROOT / "docker-compose.yml").read_text() + (ROOT / "Dockerfile").read_text()
    assert [name for name in ignored if f" {name}:" not in images] == []
