"""`shop query`: formats, several statements, parameters, one-line errors with their place, and a terminal."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from clickhouse_connect.driver.binding import bind_query
from hypothesis import given
from hypothesis import strategies as st
from typer import TyperException
from typer.main import get_command

from shop_assets.cli.application import app
from shop_assets.cli.queries import query_output
from shop_assets.cli.queries.query import run_statements
from shop_assets.cli.queries.query_statements import (
    described,
    format_clause,
    is_complete,
    is_listing,
    meant,
    parameter_values,
    split,
    unsupported,
)
from shop_assets.errors import InputError, ShopError
from shop_assets.settings import Settings
from shop_assets_tests.cli.conftest import in_own_environment, own_environment, program
from shop_assets_tests.cli.terminal import Terminal

COMMENTS = ("-- a;b\n", "// a;b\n", "# a;b\n", "/* a;b */", "/* a; /* b; */ c; */")
FORMATS = {
    "Pretty": "┏━".encode(),
    "PrettyCompact": "┌─a─┬─b─┐".encode(),
    "Vertical": b"Row 1:",
    "JSONCompact": b"{",
    "XML": b"<?xml",
    "Markdown": b"| a | b |",
    "Parquet": b"PAR1",
    "ORC": b"ORC",
    "Arrow": b"ARROW1",
    "Null": b"",
}
QUOTATIONS = ("'a;b'", "'it''s;'", r"'\';'", '"a;b"', "`a;b`", "$$a;b$$", "‘it; x’", "“it; x”", *COMMENTS)


@given(st.lists(st.sampled_from([*QUOTATIONS, "SELECT", "1", "(", "\n", " "]), min_size=1))
def test_statements_are_parted_at_semicolons_outside_of_quotations_and_comments(parts: list[str]) -> None:
    text = " ".join(parts)
    has_statement = any(part.strip() and part not in COMMENTS for part in parts)
    found = split(f"{text};{text} ;\n; -- nothing;\n")
    assert len(found) == (2 if has_statement else 0)
    assert all(f"{text};{text} ;".startswith(one.text, one.start) for one in found)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT 1 FORMAT CSV", "CSV"),
        ("SELECT 1 format JSON settings max_threads = 1", "JSON"),
        ("SELECT 'FORMAT CSV'", None),
        ("SELECT format FROM t", None),
        ("SELECT 1 AS format ORDER BY format DESC", None),
        ("SELECT $$it's$$ FORMAT CSV", "CSV"),
        ("SELECT formatDateTime(now(), 'x') AS format, format", None),
    ],
)
def test_the_format_of_a_statement_is_its_last_clause(statement: str, name: str | None) -> None:
    assert format_clause(statement) == name


def test_a_typed_statement_is_complete_with_its_semicolon() -> None:
    assert is_complete("SELECT 1; -- done")
    assert not is_complete("SELECT ';'")
    assert not is_complete("")


def test_an_error_is_one_line_with_the_place_in_the_whole_text() -> None:
    text = "SELECT 'ё';\nSELECT 'дом',\n  FORM;"
    error = (
        "ClickHouse refused the statement: HTTPDriver for http://127.0.0.1:1 returned response code 400\n Code: 62. "
        "DB::Exception: Syntax error: failed at position 20 (FORM) (line 2, col 3): FORM. Expected one of: a, b, c, d, "
        "e, f, g. (SYNTAX_ERROR) (version 26.9)"
    )
    line = "Syntax error at 'FORM' (SYNTAX_ERROR)"
    assert described(error, split(text)[1], text) == f"statement 2, line 3, column 3: {line}"


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("SELECT 1 1", "line 1, column 10: Syntax error at '1' (SYNTAX_ERROR)"),
        ("SELEKT 1 2", "line 1, column 8: Syntax error at '1' (SYNTAX_ERROR)"),
        ("SELECT", "line 1, column 7: Syntax error at the end (SYNTAX_ERROR)"),
        ("SELECT (1", "line 1, column 10: Syntax error at the end (SYNTAX_ERROR)"),
        ("SELECT ) FROM x", "line 1, column 8: Syntax error at ')' (SYNTAX_ERROR)"),
    ],
)
def test_a_syntax_error_names_the_place_alone(shop: Settings, statement: str, line: str) -> None:
    assert run(shop, statement).stderr == f"error: {line}\n"


def test_what_a_terminal_would_interpret_is_escaped_and_null_is_named() -> None:
    result = query_output.parse("a\tb\nString\tNullable(UInt8)\nx\\\\\x1b[31m\\ty\t\\N\n\t7\n")
    assert result.rows == [["x\\\\x1b[31m\\ty", "NULL"], ["", "7"]]
    assert list(result.are_numbers) == [False, True]
    assert {len(line) for line in query_output.table(result)} == {query_output.table_width(result)}


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("Array(String)", r"['a','b\'c']", r"['a','b\'c']"),
        ("Map(String, UInt8)", "{'a': 1}", "{'a': 1}"),
        ("String", "['a']\\\t\n", r"['a']\\\t\n"),
        ("Nullable(String)", "it's `a`", "it's `a`"),
        ("Date", "2026-01-31", "2026-01-31"),
    ],
)
def test_a_value_reaches_clickhouse_as_its_type_is_read(kind: str, value: str, sent: str) -> None:
    statement = f"SELECT {{ a : {kind} }}, {{a:{kind}}}".replace("{ a : ", "{a: ")
    assert bind_query(statement, parameter_values(statement, {"a": value, "other": "1"}))[1] == {"param_a": sent}


@pytest.mark.parametrize("text", [r"\d", r"\dt;", r" \D mart.stores ; ", r"\l"])
def test_words_of_psql_stand_for_statements_also_outside_of_the_prompt(text: str) -> None:
    assert is_listing(text)
    asked: list[str] = []

    class Client:
        def raw_query(self, sql: str, *_: object, **__: object) -> bytes:
            asked.append(sql)
            return b""

    run_statements(cast("Any", Client()), text, "table", {})
    (sql,) = asked
    assert ("stores" in sql) is ("stores" in text)
    assert "\\" not in sql


def test_the_name_of_a_format_is_taken_in_any_case(tmp_path: Path) -> None:
    command = program(["shop", "query", "--format", "CSV", "SELECT 1"])
    own = in_own_environment({"SHOP_HOME": str(tmp_path / "home")})
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("error: No stack runs in")


def test_a_quotation_that_is_not_closed_is_quoted_without_what_the_driver_adds() -> None:
    text = "SELECT 'it"
    error = (
        "Code: 62. DB::Exception: Syntax error: failed at position 8 ('it\n FORMAT TabSeparatedWithNamesAndTypes): "
        "'it\n FORMAT TabSeparatedWithNamesAndTypes. Single quoted string is not closed. (SYNTAX_ERROR)"
    )
    assert described(error, split(text)[0], text) == "line 1, column 8: Syntax error at 'it' (SYNTAX_ERROR)"


@pytest.mark.parametrize("text", [r"\drop", r"SELECT '\d'", r"\d a b"])
def test_no_other_text_is_a_word_of_psql(text: str) -> None:
    assert meant(text) == text


def test_totals_and_extremes_are_blocks_of_their_own() -> None:
    result = query_output.parse("a\tn\nString\tUInt8\nx\t1\ny\t2\n\n\t3\n\nx\t1\ny\t2\n")
    assert result.rows == [["x", "1"], ["y", "2"]]
    assert result.extras == {"Totals": ["", "3"], "Minimum": ["x", "1"], "Maximum": ["y", "2"]}
    lines = list(query_output.table(result))
    assert [lines[at + 1] for at, line in enumerate(lines) if line in ("Totals", "Minimum", "Maximum")] == [
        lines[0]
    ] * 3
    assert lines[lines.index("Totals") + 4] == "│   │ 3 │"
    assert "Totals:" in list(query_output.vertical(result))
    extremes = query_output.parse("n\nUInt8\n1\n2\n\n1\n2\n")
    assert (extremes.rows, extremes.extras) == ([["1"], ["2"]], {"Minimum": ["1"], "Maximum": ["2"]})
    texts = query_output.parse("s\nString\n\n\n")
    assert (texts.rows, texts.extras) == ([[""], [""]], {})
    assert query_output.parse("s\nString\n\n\n\n\n").rows == [[""]] * 4
    nothing = query_output.parse("\n0\t0\na\tb\nUInt8\tUInt8\n")  # the engine begins with the totals
    assert (nothing.columns, nothing.rows, nothing.extras) == (["a", "b"], [], {"Totals": ["0", "0"]})


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("USE mart", r"^USE would change nothing: .* mart\.purchases\.$"),
        ("-- first\nset max_threads = 1", r"^SET would change nothing: .* Write SETTINGS name = value at the end"),
        ("SELECT 1 INTO OUTFILE 'a' FORMAT CSV", r"^INTO OUTFILE is of clickhouse-client: .*> FILE"),
        ("SELECT 1; USE mart", r"^statement 2: USE would change nothing"),
    ],
)
def test_what_only_clickhouse_client_can_do_is_refused_with_what_to_write_before_anything_runs(
    statement: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        run_statements(cast("Any", None), statement, "table", {})


@pytest.mark.parametrize("statement", ["SELECT 'USE mart' AS use", "SELECT 1 AS set", "SELECT (1 INTO, OUTFILE)"])
def test_the_same_words_elsewhere_are_left_to_clickhouse(statement: str) -> None:
    assert unsupported(statement) is None


@pytest.mark.parametrize(
    "statement",
    ["-- a comment\nSELECT 1", "--a comment\nSELECT 1", "/* a */ SELECT 1", "--a=b\nSELECT 1", "--\nSELECT 1"],
)
def test_a_statement_that_begins_with_a_comment_is_no_option(tmp_path: Path, statement: str) -> None:
    own = in_own_environment({"SHOP_HOME": str(tmp_path / "home")})
    done = subprocess.run(
        program(["shop", "query", "--format=csv", statement]), env=own, capture_output=True, text=True, check=False
    )
    assert done.stderr.startswith("error: No stack runs in")
    done = subprocess.run(program(["shop", "query", "--comment"]), env=own, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("error: No such option: --comment")


def given_statement(*arguments: str) -> str:
    command = cast("Any", get_command(app)).commands["query"]
    return command.make_context("query", list(arguments)).params["sql"]


def test_the_place_of_an_error_is_right_in_a_statement_that_begins_with_a_comment() -> None:
    text = given_statement("-- a comment\nSELECT 1 1")
    error = "Code: 62. DB::Exception: Syntax error: failed at position 10 (1) (line 1, col 10): 1. (SYNTAX_ERROR)"
    assert described(error, split(text)[0], text) == "line 2, column 10: Syntax error at '1' (SYNTAX_ERROR)"


def test_options_of_the_command_are_no_comments_whatever_their_values_are() -> None:
    assert given_statement("--param=a=x\ny z", "--file=a b", "SELECT 1") == "SELECT 1"
    with pytest.raises(TyperException, match="--paran"):
        given_statement("--paran=a b", "SELECT 1")


class OneResult:
    """A client whose results are the same bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def raw_stream(self, *_: object, **__: object) -> io.BytesIO:
        return io.BytesIO(self._content)


@pytest.mark.parametrize(
    ("statement", "advice"),
    [("SELECT 1", "or use --format table"), ("SELECT 1 FORMAT CSV", "or leave out FORMAT")],
)
def test_a_terminal_that_gets_no_bytes_that_are_no_text_gets_advice_that_works(
    statement: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(ShopError, match=re.escape(f"write it to a file (> FILE), {advice}.")):
        run_statements(cast("Any", OneResult(b"a\n\xff\n")), statement, "csv", {})


@pytest.mark.parametrize(
    ("beginning", "is_binary"),
    [
        (b"PAR1\x15\0", True),
        (b"\x01\x01x", True),
        (b"\xff", True),
        ("дом\t\n".encode()[:7], False),
        ("дом".encode()[:5], False),
    ],
)
def test_a_binary_result_is_known_by_its_beginning(beginning: bytes, is_binary: bool) -> None:
    assert query_output.is_binary(beginning) is is_binary


@pytest.mark.slow
def test_any_format_of_clickhouse_is_copied_to_a_file_and_a_binary_one_is_not_shown_on_a_terminal(
    shop: Settings,
) -> None:
    sql = "SELECT 1 AS a, 'x' AS b FORMAT "
    for name, begins in FORMATS.items():
        done = subprocess.run(
            program(["shop", "query", sql + name]), env=in_own_environment(own_environment(shop)), capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b""), name
        assert done.stdout.lstrip().startswith(begins), name
    ended = Terminal(program(["shop", "query", f"{sql}Parquet"]), in_own_environment(own_environment(shop))).ended()
    assert ended.code == 1
    assert "(> FILE), or leave out FORMAT." in " ".join(ended.output.split())
    unknown = run(shop, f"{sql}Parquett")
    assert unknown.returncode == 1
    assert re.fullmatch(r"error: .*Parquett.*\n", unknown.stderr)


def run(shop: Settings, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program(["shop", "query", *arguments]), env=in_own_environment(own_environment(shop)), input=text,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_every_format_has_every_row_and_a_pipe_cuts_nothing(shop: Settings) -> None:
    sql = "SELECT number, repeat('x', 300) AS long FROM numbers(3)"
    for name in ("table", "vertical", "csv", "json", "jsonl", "tsv"):
        done = run(shop, "--format", name, sql)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("x" * 300) == 3, name
        if name == "json":
            assert [row["number"] for row in json.loads(done.stdout)] == [0, 1, 2]


def test_several_statements_with_parameters_come_from_standard_input_and_the_first_error_ends_them(
    shop: Settings,
) -> None:
    text = "SELECT {day:Date} + 1 AS d FORMAT TSV;\nSELECT '100%' FORMAT TSV;\nSELECT nothing;\nSELECT 4"
    done = run(shop, "--param", "day=2026-01-31", text=text)
    assert done.stdout == "2026-02-01\n100%\n"
    assert done.returncode == 1
    assert re.fullmatch(r"error: statement 3, line 3, column 8: .*`nothing`.*\n", done.stderr)


@pytest.mark.slow
def test_a_result_that_breaks_off_is_no_success(shop: Settings) -> None:
    done = run(shop, "--format", "csv", "SELECT throwIf(number = 1900000) FROM numbers(2000000)")
    assert done.returncode == 1
    assert "incomplete" in done.stderr


@pytest.mark.slow
def test_a_reader_who_leaves_ends_it_in_silence(shop: Settings) -> None:
    shop_command = " ".join(program(["shop", "query"]))
    command = f"{shop_command} -F csv 'SELECT * FROM numbers(10000000)' | head -n 2"
    done = subprocess.run(
        ["sh", "-c", command], env=in_own_environment(own_environment(shop)), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == '"number"\n0\n'
    assert done.stderr == ""


@pytest.mark.slow
def test_a_terminal_shows_what_is_too_wide_vertically_and_takes_statements_with_history(
    shop: Settings, tmp_path: Path
) -> None:
    environment = in_own_environment(own_environment(shop))
    wide = Terminal(program(["shop", "query", "SELECT repeat('x', 50) AS a, a AS b"]), environment).ended()
    assert "│" not in wide.output
    assert wide.output.count("x" * 50) == 2
    terminal = Terminal(program(["shop", "query"]), environment)
    terminal.wait_for("shop> ")
    terminal.wait(1)
    terminal.type("SELECT 1 +\r 1 AS two;\r")
    terminal.wait_for("1 row", 20)
    terminal.type("help\r")
    terminal.wait_for("columns of one", 20)
    terminal.type("\\d mart.stores\r")
    terminal.wait_for("store_network", 20)
    terminal.type("\\d\r")
    terminal.wait_for("mart.purchases", 20)
    terminal.type("SELEKT;\r")
    terminal.wait_for("error: line 1, column 1", 20)
    terminal.wait(1)  # until it reads keys again
    terminal.type("half a line\x03exit\r")
    ended = terminal.ended()
    assert ended.code == 0, ended.output
    assert "│ two │" in ended.output
    assert "SELECT 1 +" in (shop.home / "query_history").read_text()
    assert (shop.home / "query_history").stat().st_mode & 0o077 == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirection", "code", "error"),
    [
        ("'SELECT 1' >&-", 0, ""),
        ("'SELECT 1' 2>&- <&-", 0, ""),
        ("<&-", 2, "error: There is no statement to run.\n"),
        ("'SELECT 1' > /dev/full", 1, "error: The output cannot be written: No space left on device.\n"),
    ],
)
def test_closed_streams_and_a_full_disk_are_no_traceback(
    shop: Settings, redirection: str, code: int, error: str
) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{' '.join(program(['shop', 'query']))} {redirection}"],
        env=in_own_environment(own_environment(shop)), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, error)
