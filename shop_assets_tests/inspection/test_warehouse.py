"""Documents go into the inspection's engine in batches of which none is held afterwards."""

import json
import tempfile
from pathlib import Path
from typing import Any, cast

import pytest

from shop_assets.documents.kinds import PURCHASES
from shop_assets.errors import InputError
from shop_assets.inspection.settings import InspectionSettings
from shop_assets.inspection.warehouse import InspectedMessages, LocalClient, local_warehouse


class Engine:
    """Notes what is done with it."""

    def __init__(self) -> None:
        self.batches: list[list[bytes]] = []
        self.releases = 0

    def insert_lines(self, target: str, lines: bytes, lines_format: str) -> None:
        assert (target.split(maxsplit=1)[0], lines_format) == ("raw.purchases", "JSONEachRow")
        self.batches.append(lines.splitlines())

    def release_memory(self) -> None:
        self.releases += 1


def test_the_engine_gives_its_memory_back_after_each_batch_and_files_are_partitions_with_positions():
    engine: Any = Engine()
    messages = InspectedMessages(cast("LocalClient", engine), PURCHASES)
    for file in range(2):
        messages.begin_file()
        for number in range(6_000):
            messages.add(f"o-{file}-{number}", number + 1, b"{}")
    messages.flush()
    assert [len(batch) for batch in engine.batches] == [5_000, 5_000, 2_000]
    assert engine.releases == 3
    lines = [line for batch in engine.batches for line in batch]
    assert b'"kafka_partition":1,"kafka_offset":6000' in lines[5_999]
    assert b'"kafka_partition":2,"kafka_offset":1' in lines[6_000]
    times = [json.loads(line)["source_time"] for line in lines]
    assert times == sorted(set(times))


@pytest.mark.parametrize("name", ["a*", "b?", "{c}"])
def test_a_folder_for_temporary_files_that_the_engine_takes_for_a_pattern_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / name))
    refused = pytest.raises(InputError, match=r"^The folder for temporary files is .* Set TMPDIR to another folder\.$")
    with refused, local_warehouse(InspectionSettings()):
        pass
