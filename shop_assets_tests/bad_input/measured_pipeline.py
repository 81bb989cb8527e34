"""Run as a program: one pass from landing to MART in a process of its own, and the memory that it took.

Arguments: the settings that are the test's own, as JSON. Prints MiB resident before the pass and at its highest.
"""

import json
import sys
from pathlib import Path

import psutil

from shop_assets.settings import Settings
from shop_assets_tests.bad_input import pipeline


def highest() -> int:
    """Bytes, by Linux (proc(5)). The answer of `getrusage` holds the parent's memory, too, where it was larger."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    before = psutil.Process().memory_info().rss
    pipeline.run_pipeline(Settings.load().model_copy(update=json.loads(sys.argv[1])))
    print(json.dumps({"before": before // 2**20, "highest": highest() // 2**20}))
