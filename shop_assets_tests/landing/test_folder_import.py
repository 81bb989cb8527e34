import gzip
import os
from pathlib import Path

import pytest

from shop_assets.documents.kinds import CUSTOMERS, KINDS, PURCHASES, STORES
from shop_assets.landing.errors import SourceFolderError
from shop_assets.landing.filling.folder_import import FolderImport, import_folder
from shop_assets.landing.filling.source_folder import survey
from shop_assets.landing.filling.writing import WriteCounts
from shop_assets.object_store.bucket import Bucket
from shop_assets_tests.landing.conftest import contents, keys


def write(path: Path, content: bytes = b"{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def files(imported: FolderImport) -> int:
    return imported.written.objects + imported.written.unchanged


def test_files_of_every_kind_and_depth_arrive_as_they_are(bucket: Bucket, tmp_path: Path):
    content_of = {
        "stores/a.json": b'{"store_id": "store-001"}',
        "stores/регион/город с пробелом/b.json": '[{"store_id": "я"}]'.encode("cp1251"),
        "purchases/2026/05/c.jsonl": b'{"a": 1}\n',
        "purchases/2026/05.jsonl.gz": gzip.compress(b"{}"),
        "purchases/notes.txt": b"not JSON",
        "purchases/empty.json": b"",
    }
    for name, content in content_of.items():
        write(tmp_path / name, content)
    write(tmp_path / "elsewhere" / "d.json")
    assert survey(tmp_path).kinds == [STORES, PURCHASES]
    counts = {kind.name: files(import_folder(bucket, tmp_path, kind)) for kind in (STORES, PURCHASES)}
    assert counts == {"stores": 2, "purchases": 4}
    assert contents(bucket) == content_of


def test_only_files_whose_bytes_changed_are_sent_again_and_nothing_is_deleted(bucket: Bucket, tmp_path: Path):
    for name in ("a", "b", "c"):
        write(tmp_path / "stores" / f"{name}.json", name.encode())
    assert import_folder(bucket, tmp_path, STORES).written == WriteCounts(objects=3, bytes=3)
    assert import_folder(bucket, tmp_path, STORES).written == WriteCounts(unchanged=3)
    (tmp_path / "stores" / "a.json").unlink()
    write(tmp_path / "stores" / "b.json", b"changed")
    assert import_folder(bucket, tmp_path, STORES).written == WriteCounts(objects=1, bytes=7, unchanged=1)
    assert contents(bucket) == {"stores/a.json": b"a", "stores/b.json": b"changed", "stores/c.json": b"c"}


def test_files_of_tools_are_left_out_and_named(bucket: Bucket, tmp_path: Path):
    for name in ("a.json", "_SUCCESS", "a.json.crc", "_delta_log/0.json", "2026/_temporary/b.json", "Thumbs.db"):
        write(tmp_path / "stores" / name)
    folder_import = import_folder(bucket, tmp_path, STORES)
    assert (files(folder_import), folder_import.skipped) == (1, {"hidden": 5})
    assert "stores/_SUCCESS: a tool's own" in folder_import.problems
    assert keys(bucket) == {"stores/a.json"}


def test_a_folder_of_a_partition_whose_name_begins_with_an_underscore_is_read(bucket: Bucket, tmp_path: Path):
    write(tmp_path / "stores" / "_year=2026" / "a.json")
    assert import_folder(bucket, tmp_path, STORES).skipped == {}
    assert keys(bucket) == {"stores/_year=2026/a.json"}


def test_hidden_files_and_folders_are_left_out_and_counted(bucket: Bucket, tmp_path: Path):
    write(tmp_path / "stores" / "a.json")
    write(tmp_path / "stores" / ".DS_Store")
    write(tmp_path / "stores" / "._a.json")
    write(tmp_path / "stores" / ".git" / "b.json")
    folder_import = import_folder(bucket, tmp_path, STORES)
    assert (files(folder_import), folder_import.skipped) == (1, {"hidden": 3})
    assert keys(bucket) == {"stores/a.json"}


def test_links_are_followed_to_files_within_the_folder_only(bucket: Bucket, tmp_path: Path):
    outside = write(tmp_path / "outside" / "secret.json", b"secret")
    source = tmp_path / "source"
    write(source / "archive" / "b.json", b"b")
    write(source / "stores" / "a.json", b"a")
    (source / "stores" / "inside.json").symlink_to(source / "archive" / "b.json")
    (source / "stores" / "outside.json").symlink_to(outside)
    (source / "stores" / "passwd.json").symlink_to("/etc/passwd")
    (source / "stores" / "broken.json").symlink_to(source / "nothing")
    (source / "stores" / "circle").symlink_to(source / "stores")
    (source / "stores" / "folder").symlink_to(outside.parent)
    folder_import = import_folder(bucket, source, STORES)
    assert contents(bucket) == {"stores/a.json": b"a", "stores/inside.json": b"b"}
    assert (files(folder_import), folder_import.skipped) == (2, {"links": 4, "unreadable": 1})
    assert sorted(problem.split(":")[0] for problem in folder_import.problems) == [
        "stores/broken.json",
        "stores/circle",
        "stores/folder",
        "stores/outside.json",
        "stores/passwd.json",
    ]


def test_a_kind_that_is_a_link_out_of_the_folder_is_not_followed_but_the_folder_itself_may_be_a_link(bucket, tmp_path):
    write(tmp_path / "real" / "stores" / "a.json")
    write(tmp_path / "outside" / "b.json")
    (tmp_path / "real" / "customers").symlink_to(tmp_path / "outside")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert files(import_folder(bucket, tmp_path / "link", STORES)) == 1
    customers = import_folder(bucket, tmp_path / "link", CUSTOMERS)
    assert (files(customers), customers.skipped) == (0, {"links": 1})
    assert keys(bucket) == {"stores/a.json"}


def test_a_pipe_and_a_file_that_cannot_be_opened_are_left_out_and_counted(bucket: Bucket, tmp_path: Path, monkeypatch):
    write(tmp_path / "stores" / "a.json")
    locked = write(tmp_path / "stores" / "locked.json")
    os.mkfifo(tmp_path / "stores" / "pipe.json")
    opened = Path.open

    def refuse(path: Path, *arguments: object):  # whoever runs the tests as root may open anything
        if path == locked.resolve():
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments)

    monkeypatch.setattr(Path, "open", refuse)
    folder_import = import_folder(bucket, tmp_path, STORES)
    assert (files(folder_import), folder_import.skipped) == (1, {"unreadable": 2})
    assert sorted(folder_import.problems) == [
        "stores/locked.json: Permission denied",
        "stores/pipe.json: not a regular file",
    ]


def test_names_that_are_not_utf8_or_have_backslashes_arrive_under_keys_of_their_own(bucket: Bucket, tmp_path: Path):
    folder = tmp_path / "stores"
    folder.mkdir()
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xec\xe0\xe3.json")).write_bytes(b"{}")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    write(folder / r"a\b.json")
    assert files(import_folder(bucket, tmp_path, STORES)) == 2
    assert keys(bucket) == {"stores/%EC%E0%E3.json", "stores/a%5Cb.json"}


def test_a_source_that_cannot_be_used_is_refused_with_what_is_expected(tmp_path: Path):
    with pytest.raises(SourceFolderError, match=r"does not exist.*stores/"):
        survey(tmp_path / "missing")
    with pytest.raises(SourceFolderError, match="is not a folder"):
        survey(write(tmp_path / "file.json"))
    with pytest.raises(SourceFolderError, match="none of the four folders"):
        survey(tmp_path)
    (tmp_path / "stores").write_bytes(b"a file, not a folder")
    with pytest.raises(SourceFolderError, match="none of the four folders"):
        survey(tmp_path)
    for kind in KINDS[1:]:
        (tmp_path / kind.name).mkdir()
    assert survey(tmp_path).kinds == list(KINDS[1:])


def test_a_name_that_looks_like_our_way_to_write_bytes_gets_a_key_of_its_own(bucket: Bucket, tmp_path: Path):
    folder = write(tmp_path / "stores" / "%FF.json", b"1").parent
    for name, content in ((b"\xff.json", b"2"), (b"%25FF.json", b"3"), (b"100%.json", b"4"), (b"%ff.json", b"5")):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(content)
    assert files(import_folder(bucket, tmp_path, STORES)) == 5
    assert contents(bucket) == {
        "stores/%25FF.json": b"1",
        "stores/%FF.json": b"2",
        "stores/%2525FF.json": b"3",
        "stores/100%.json": b"4",
        "stores/%ff.json": b"5",
    }


def test_a_path_that_is_too_long_for_a_key_is_left_out_and_told(bucket: Bucket, tmp_path: Path):
    deep = Path("stores", *["папка" * 20] * 6)
    write(tmp_path / deep / "a.json")
    write(tmp_path / "stores" / "b.json")
    folder_import = import_folder(bucket, tmp_path, STORES)
    assert (files(folder_import), folder_import.skipped) == (1, {"unreadable": 1})
    assert folder_import.problems == [f"{deep / 'a.json'}: a path of more than 1024 bytes"]
    assert keys(bucket) == {"stores/b.json"}
