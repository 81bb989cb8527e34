"""Files that are read without a bucket."""

import io


def stream_of(content: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(content))  # type: ignore[arg-type]  # BytesIO is raw enough
