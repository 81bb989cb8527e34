"""ClickHouse's engine in this process, on a folder that nobody else uses: for work that needs no server.

The front serves the stack with the same engine; here no port is opened.
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from .engine import Engine, quoted


class LocalEngine:
    """Runs statements; each has a session of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, statement: str, settings: Mapping[str, str], output_format: str = "Null") -> bytes:
        """Run a statement to its end.

        Args:
            statement: One statement.
            settings: Its settings and, as `param_x`, its parameters.
            output_format: ClickHouse's name of the format of its result.

        Returns:
            The result in that format.

        Raises:
            QueryError: The engine refuses it.
        """
        with self._engine.session() as session:
            session.set(settings)
            return b"".join(session.execute(statement, output_format).chunks())

    def insert_file(self, target: str, path: Path, input_format: str, settings: Mapping[str, str]) -> None:
        """Insert the rows of a file: the engine ends data within a statement at an empty line.

        Args:
            target: The table, with its columns in brackets.
            path: The file, which is not compressed.
            input_format: ClickHouse's name of its format.
            settings: Those of the statement.

        Raises:
            QueryError: The engine refuses them.
        """
        source = f"FROM INFILE {quoted(str(path))} COMPRESSION 'none' FORMAT {input_format}"
        self.run(f"INSERT INTO {target} {source}", settings)

    def release_memory(self) -> None:
        """Return memory of past statements to the machine; the allocator would keep it."""
        self._engine.release_memory()


@contextlib.contextmanager
def local_engine(folder: Path) -> Iterator[LocalEngine]:
    """Open an engine for the block.

    Args:
        folder: Its data folder, created if it is missing.

    Yields:
        The engine.

    Raises:
        ImportError: The engine is not installed.
    """
    with contextlib.closing(Engine(folder)) as engine:
        yield LocalEngine(engine)
