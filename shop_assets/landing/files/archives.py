"""How landing compresses what the pipeline writes there itself: equal contents have equal bytes."""

import gzip
from typing import IO, Final

COMPRESSION: Final = 6
"""The default of the program gzip. Another level would change the bytes of every archive."""


def new_archive(target: IO[bytes]) -> gzip.GzipFile:
    """Begin an archive that holds no time and no file name, which would differ each time.

    Args:
        target: Where its bytes go; it stays open.

    Returns:
        The archive; close it when its content is written.
    """
    return gzip.GzipFile(fileobj=target, mode="wb", compresslevel=COMPRESSION, mtime=0, filename="")
