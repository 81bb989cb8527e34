"""Documents go into the inspection's engine in batches of which none is held afterwards."""

import json
from typing import Any, cast

from shop_assets.documents.kinds import PURCHASES
from shop_assets.inspection.warehouse import InspectedMessages, LocalClient


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
