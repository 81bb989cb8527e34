"""The Dockerfile, as far as it can be held without building it."""

import re
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest

from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.compose_file import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", re.MULTILINE)


def _services_of_the_image():
    services = compose_file.services().items()
    return {name: service for name, service in services if service["image"].startswith("shop-assets")}


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text(encoding="utf-8")))


def test_hadolint_finds_nothing():
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    done = subprocess.run([hadolint, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_the_base_is_exact_and_the_targets_are_those_of_compose():
    assert re.search(r"^FROM python:3\.\d+\.\d+-slim-\w+ AS base$", DOCKERFILE, re.MULTILINE)
    targets = {service["build"]["target"] for service in compose_file.services().values() if "build" in service}
    assert targets <= set(re.findall(r"^FROM \S+ AS ([\w-]+)$", DOCKERFILE, re.MULTILINE))


def test_the_user_of_compose_is_the_images_and_owns_what_volumes_are_mounted_on():
    user = re.search(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert user
    project = _services_of_the_image()
    # s3-setup writes for another service, and as its user.
    for_s3 = project.pop("s3-setup")
    assert for_s3["user"] == compose_file.services()["s3"]["user"]
    assert re.findall(r"--owner (\d+) --group (\d+) --mode 0700 (\S+)", DOCKERFILE) == [
        (*for_s3["user"].split(":"), for_s3["volumes"][0].partition(":")[2])
    ]
    assert {service["user"] for service in project.values()} == {f"{user[1]}:{user[1]}"}
    owned = re.search(r"--owner shop --group shop (.*) \\", DOCKERFILE)
    assert owned
    folders = {*owned[1].split(), "/home/shop"}
    volumes = [volume.split(":") for service in project.values() for volume in service.get("volumes", [])]
    assert {target for source, target, *_ in volumes if not source.startswith(".")} <= folders


def test_everyone_may_write_to_a_tmpfs_for_it_belongs_to_root_with_the_mode_of_its_folder():
    # Docker gives a tmpfs without options the mode of the image's folder; /tmp is 1777 in every image.
    folders = {path.split(":")[0] for service in _services_of_the_image().values() for path in service.get("tmpfs", [])}
    opened = set(re.findall(r"chmod 1777 (\S+)", DOCKERFILE))
    assert folders - {"/tmp"} == opened == {"/scratch"}  # the path in the container


def test_everything_that_is_copied_in_is_let_through_and_there():
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    for source in " ".join(copied).split():
        assert (ROOT / source).exists()
        assert any(source == path or source.startswith(f"{path}/") for path in allowed), source


@pytest.mark.parametrize("lock", [".ci/image/pipeline.lock", ".ci/image/notebook.lock"])
def test_the_image_has_the_versions_that_the_tests_run_on(lock):
    tested = pins("requirements.lock")
    assert {"dagster", "pyspark", "dagster-postgres"} <= pins(lock).keys()
    assert {name: version for name, version in pins(lock).items() if tested.get(name, version) != version} == {}


def test_the_image_has_everything_that_the_project_needs_no_tools_of_development_and_no_engines():
    installed = pins(".ci/image/pipeline.lock")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w-]", dependency)[0] for dependency in project["dependencies"]}
    assert needed <= installed.keys()
    assert not {"chdb", "secantusdb", "pytest", "mypy", "playwright", "jupyterlab"} & installed.keys()
    assert installed.items() <= pins(".ci/image/notebook.lock").items()


def test_sparks_jars_are_those_of_the_embedded_stack():
    lock = (ROOT / "shop_assets/embedded/downloads/jars.lock").read_text(encoding="utf-8")
    rewritten = re.search(r"sed -n '(.*)' jars\.lock", DOCKERFILE)
    assert rewritten
    done = subprocess.run(["sed", "-n", rewritten[1]], input=lock, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == lock.count("  spark/") > 30
    assert all(re.fullmatch(r"[0-9a-f]{64}  /opt/spark-jars/[\w.-]+\.jar", line) for line in lines)
