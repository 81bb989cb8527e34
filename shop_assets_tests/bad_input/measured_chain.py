"""Run as a program: one pass from landing to MART in a process of its own, and the memory that it took.

Arguments: the settings that are the test's own, as JSON. Prints MiB resident before the pass and at its highest.
"""

import json
import resource
import sys

import psutil

from shop_assets.settings import Settings
from shop_assets_tests.bad_input import chain

if __name__ == "__main__":
    before = psutil.Process().memory_info().rss
    chain.drive(Settings.load().model_copy(update=json.loads(sys.argv[1])))
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts KiB
    print(json.dumps({"before": before // 2**20, "highest": highest // 2**20}))
