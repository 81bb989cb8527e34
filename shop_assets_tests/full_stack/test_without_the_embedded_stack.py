"""The image has no package of the embedded stack: everything but that stack works without them."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def locked(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line.rstrip(" \\")) for line in lines if line and line[0] not in "# "]
    return {each.name for each in wanted if each.marker is None or each.marker.evaluate()}


def absent_modules(lock: str) -> set[str]:
    """The modules that the packages of the development lock have, and those of another lock do not."""
    present = locked(lock)
    known = locked("requirements.lock")
    by_module = {
        module: {name.lower().replace("_", "-") for name in names} for module, names in packages_distributions().items()
    }
    return {module for module, names in by_module.items() if names & known and not names & present}


def test_every_other_module_can_be_imported_without_its_packages():
    absent = absent_modules(".ci/image/pipeline.lock")
    assert {"psutil", "supervisor", "chdb", "pytest"} <= absent
    command = [sys.executable, "-m", "shop_assets_tests.full_stack.importing", ",".join(sorted(absent))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert {"shop_assets.cli.application", "shop_assets.build"} <= set(done.stdout.split())
