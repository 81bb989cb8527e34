"""The folders of Spark's Java: of this account alone, whoever else is on the machine."""

import os
import shlex
import stat
import tempfile
from pathlib import Path

import pytest

from shop_assets.errors import ShopError
from shop_assets.features import spark_process


@pytest.fixture(autouse=True)
def shared_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for /tmp; the environment is put back afterwards."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(folder))
    for name in ("SPARK_HOME", "SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME", "PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("SPARK_SUBMIT_OPTS", "")
    return folder


def hadoops_folder(scratch: Path) -> Path:
    spark_process.prepare_environment(None, scratch, is_local=True)
    options = [option for option in shlex.split(os.environ["SPARK_SUBMIT_OPTS"]) if "hadoop.tmp.dir" in option]
    return Path(options[0].partition("=")[2])


@pytest.mark.parametrize("mode", [None, 0o777])
def test_what_s3a_collects_is_in_a_folder_of_this_account_alone(shared_folder: Path, tmp_path: Path, mode: int | None):
    if mode is not None:
        (shared_folder / f"hadoop-{os.geteuid()}").mkdir()
        (shared_folder / f"hadoop-{os.geteuid()}").chmod(mode)
    folder = hadoops_folder(tmp_path / "scratch")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not (tmp_path / "scratch").exists()


def test_two_accounts_have_two_folders(shared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = hadoops_folder(tmp_path / "scratch")
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert hadoops_folder(tmp_path / "scratch") != first


@pytest.mark.parametrize("taken", ["folder of another account", "link", "file"])
def test_a_name_that_another_account_has_taken_is_left_to_it(
    shared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: str
):
    if taken == "folder of another account":
        (shared_folder / f"hadoop-{os.geteuid() + 1}").mkdir()
        me = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    elif taken == "link":
        (tmp_path / "theirs").mkdir()
        (shared_folder / f"hadoop-{os.geteuid()}").symlink_to(tmp_path / "theirs")
    else:
        (shared_folder / f"hadoop-{os.geteuid()}").touch()
    folder = hadoops_folder(tmp_path / "scratch")
    assert folder == tmp_path / "scratch" / "hadoop"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_options_of_the_environment_stay_and_win_and_ours_are_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    given = "-Djavax.net.ssl.trustStore=/own.jks -Djava.security.krb5.conf=/own.conf"
    monkeypatch.setenv("SPARK_SUBMIT_OPTS", given)
    for _ in range(2):  # a process starts Spark for each of its runs
        spark_process.prepare_environment(None, tmp_path, is_local=True)
    options = os.environ["SPARK_SUBMIT_OPTS"]
    assert options.endswith(given)
    assert (options.count("trustStore"), options.count("java.io.tmpdir")) == (1, 1)


@pytest.mark.parametrize("name", ["with blanks", 'with "quotes"', "with\\\\backslashes", "магазин"])
def test_a_folder_for_temporary_files_of_any_name_reaches_java_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / name))
    folder = hadoops_folder(tmp_path / "scratch")
    assert folder == tmp_path / name / f"hadoop-{os.geteuid()}"


def test_a_folder_for_temporary_files_with_a_comma_which_spark_takes_for_two_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a,b").mkdir()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "a,b"))
    assert hadoops_folder(tmp_path / "scratch").parent == tmp_path / "scratch"


def test_no_folder_for_temporary_files_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    mounted = os.statvfs_result((4096, 4096, 1, 1, 1, 1, 1, 1, os.ST_NOEXEC, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: mounted)
    with pytest.raises(ShopError, match=r"no folder for temporary files: .*/file/spark .*Set SHOP_HOME"):
        spark_process.prepare_environment(None, tmp_path / "file" / "spark", is_local=True)
