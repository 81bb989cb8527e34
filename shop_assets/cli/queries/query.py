"""`shop query`: statements in ClickHouse as the user who may only read, as clickhouse-client and psql run them."""

import re
import shutil
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from urllib3.exceptions import HTTPError

from shop_assets.cli.queries import query_output
from shop_assets.cli.queries.query_statements import (
    Statement,
    described,
    format_clause,
    meant,
    parameter_values,
    split,
    unsupported,
)
from shop_assets.cli.services import running_services
from shop_assets.cli.terminal import interruption
from shop_assets.cli.terminal.commands import Command
from shop_assets.cli.terminal.output import working
from shop_assets.errors import InputError, ShopError
from shop_assets.language.counts import counted

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

FormatName = Literal["table", "vertical", "csv", "json", "jsonl", "tsv"]
CHUNK_BYTES: Final = 65_536
RUNNING: Final = "running the statement"
STANDARD_INPUT: Final = "-"
BLANK: Final = re.compile(r"\s")


class _QueryCommand(Command):
    """Takes a statement that begins with a comment for what it is: `--` would begin an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        options = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        # With a blank, not a line end, the places of errors stay right: in the first line there is only the comment.
        return super().parse_args(ctx, [f" {each}" if _is_comment(each, options) else each for each in args])


def _is_comment(argument: str, options: Collection[str]) -> bool:
    """Whether an argument that looks like an option is a statement; `--commment` and `--paran=a b` are misspelt."""
    name = argument.partition("=")[0]
    if not argument.startswith("--") or name in options:
        return False
    return "\n" in argument or BLANK.search(name) is not None


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("query", cls=_QueryCommand)(query)


def query(
    sql: Annotated[
        str | None,
        typer.Argument(
            metavar="[SQL]",
            help="Statements, separated by `;`. Without: from --file, from standard input, or typed one by one.",
            show_default=False,
        ),
    ] = None,
    output_format: Annotated[
        FormatName,
        typer.Option(
            "--format",
            "-F",
            case_sensitive=False,
            help="How results are printed. FORMAT in a statement wins, and can be any of ClickHouse's.",
        ),
    ] = "table",
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="File with statements; - is standard input.", allow_dash=True)
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="Value of {NAME:Type} in the statements; may be repeated."),
    ] = None,
) -> None:
    """Run statements in ClickHouse, as a read-only user, and print the results.

    On a terminal, a table that is too wide is shown vertically; in a pipe or a file nothing is cut. The first statement
    that fails ends the command with exit code 1.
    """
    values = dict(map(_parameter, parameters or []))
    text = _text(sql, file)
    with ExitStack() as opened:
        with working("connecting to ClickHouse"):
            from shop_assets.warehouse.resource import reader_resource

            settings = running_services()
            client = opened.enter_context(reader_resource(settings).client())
        if text is None:
            from shop_assets.cli.queries.query_prompt import prompt

            prompt(settings, client, lambda typed: run_statements(client, typed, output_format, values))
            return
        if not split(text):
            raise InputError("There is no statement to run.")
        run_statements(client, text, output_format, values)


def run_statements(client: "Client", text: str, output_format: FormatName, parameters: Mapping[str, str]) -> None:
    """Run the statements of a text and print their results.

    Args:
        client: Of ClickHouse.
        text: The statements.
        output_format: For those that name no format.
        parameters: Values by name.

    Raises:
        InputError: A statement is one of clickhouse-client's own; none was run.
        ShopError: ClickHouse refuses a statement; the message is one line with the place.
    """
    from clickhouse_connect.driver.exceptions import DatabaseError

    text = meant(text)
    statements = split(text)
    for statement in statements:
        if reason := unsupported(statement.text):
            raise InputError(f"statement {statement.number}: {reason}" if len(statements) > 1 else reason)
    for statement in statements:
        interruption.hold()
        try:
            _run(client, statement, output_format, parameters)
        except DatabaseError as error:
            raise ShopError(described(str(error), statement, text)) from None


def _run(client: "Client", statement: Statement, output_format: FormatName, parameters: Mapping[str, str]) -> None:
    sql, bound = statement.text, parameter_values(statement.text, parameters)
    if format_clause(sql):
        _copy(client, sql, None, bound, {})
    elif name := query_output.CLICKHOUSE_FORMATS.get(output_format):
        _copy(client, sql, name, bound, query_output.SETTINGS.get(output_format, {}))
    else:
        with working(RUNNING):
            content = client.raw_query(sql, bound or None, fmt=query_output.TABLE_FORMAT)
        _print(query_output.parse(content.decode(errors="replace")), is_vertical=output_format == "vertical")


def _copy(
    client: "Client", sql: str, output_format: str | None, parameters: Mapping[str, object], settings: Mapping[str, str]
) -> None:
    """Copy the result as it comes.

    Raises ShopError when it is binary and would go to a terminal, and when it breaks off: ClickHouse then ends the
    connection, because it has sent its status already.
    """
    with ExitStack() as opened:
        try:
            with working(RUNNING):
                result = client.raw_stream(sql, dict(parameters) or None, settings=dict(settings), fmt=output_format)
                stream = opened.enter_context(result)
                chunk = stream.read(CHUNK_BYTES)
            if sys.stdout.isatty() and query_output.is_binary(chunk):
                otherwise = "use --format table" if output_format else "leave out FORMAT"
                raise ShopError(
                    f"The result has bytes that no terminal shows: write it to a file (> FILE), or {otherwise}."
                )
            while chunk:
                sys.stdout.buffer.write(chunk)
                chunk = stream.read(CHUNK_BYTES)
        except HTTPError:
            message = "The result is incomplete: ClickHouse failed while it sent it. --format table shows the error."
            raise ShopError(message) from None
        finally:
            sys.stdout.buffer.flush()


def _print(result: query_output.Result, *, is_vertical: bool) -> None:
    if not result.columns:
        return
    is_too_wide = sys.stdout.isatty() and query_output.table_width(result) > shutil.get_terminal_size().columns
    if is_vertical or is_too_wide:
        _write(query_output.vertical(result))
    else:
        _write(query_output.table(result))
    if sys.stdout.isatty():
        _write([counted(len(result.rows), "row")])


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _text(sql: str | None, file: Path | None) -> str | None:
    """The statements that are given; None when they are to be typed."""
    if sql is not None and file is not None:
        raise InputError("Give statements as an argument or in --file, not both.")
    if sql is not None and sql != STANDARD_INPUT:
        return sql
    if sql is None and file is None and sys.stdin.isatty():
        return None
    try:
        content = sys.stdin.buffer.read() if file is None or str(file) == STANDARD_INPUT else file.read_bytes()
        return content.decode()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError("The statements are not UTF-8.") from None


def _parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise InputError(f"--param {text!r} is not NAME=VALUE.")
    return name, value
