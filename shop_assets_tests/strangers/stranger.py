"""A process of another user. It reads one door, file or folder a line, tries it, and writes what it was given.

It imports everything before it gives up its rights, because the interpreter may be in a folder of the first user's.
A line is JSON: {"tcp": "host:port"}, {"unix": path} or {"file": path relative to the folder}; the answer is a list of
[attempt, reply]. Usage: python -m shop_assets_tests.strangers.stranger UID FOLDER
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from shop_assets_tests.strangers import attempts

KEEP_OWN_USER = "-"


def main() -> None:
    uid, folder = sys.argv[1:]
    # By a descriptor, so that a closed folder further above does not hide what SHOP_HOME itself leaves open.
    above = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    attempts.warm_up()
    if uid != KEEP_OWN_USER:
        os.setgroups([])
        os.setgid(int(uid))
        os.setuid(int(uid))
    writing = Lock()

    def answer(line: str) -> None:
        (kind, target), *_ = json.loads(line).items()
        match kind:
            case "tcp":
                found = attempts.at_port(target)
            case "unix":
                found = attempts.at_socket(target)
            case _:
                found = attempts.at_file(target, above)
        with writing:
            print(json.dumps([kind, target, found]), flush=True)

    with ThreadPoolExecutor(32) as pool:
        print("ready", flush=True)
        for line in sys.stdin:
            pool.submit(answer, line)
    os._exit(0)  # gRPC would take 15 s to say goodbye to channels that are closed already


if __name__ == "__main__":
    main()
