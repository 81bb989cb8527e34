"""The `shop` command on a running stack."""

import re

import pytest

from shop_assets_tests import whole_run
from shop_assets_tests.cli.conftest import Command


@pytest.fixture(scope="module")
def small_run(command: Command):
    return command("shop", "run", "--customers", "60", "--purchases", "120", "--seed", "7")


def test_a_run_prints_its_stages_its_checks_and_where_the_csv_lies(small_run):
    assert small_run.returncode == 0, small_run.stdout + small_run.stderr
    assert re.search(r"✓ report_csv +60 in +60 out +0 rejected", small_run.stdout)
    assert re.search(r"│ clickhouse_raw +│ +325 │ +325 │", small_run.stdout)
    assert re.search(r"failed +purchases_count +120 purchases, expected at least 200", small_run.stdout)
    assert f"analytic_result_{whole_run.YESTERDAY:%Y_%m_%d}.csv" in small_run.stdout


def test_the_report_is_printed_and_written_byte_for_byte(small_run, command, shop, tmp_path):
    output = tmp_path / "report.csv"
    assert command("shop", "report", "--output", str(output)).returncode == 0
    assert output.read_bytes() == whole_run.report(shop)
    assert command("shop", "report").stdout.encode() == whole_run.report(shop)


def test_a_query_is_printed_as_a_table(small_run, command):
    done = command("shop", "query", "SELECT count() AS customers FROM mart.customers")
    assert "customers" in done.stdout
    assert re.search(r"│ 60 +│", done.stdout)


def test_brackets_in_an_answer_or_an_error_are_no_markup(command):
    done = command("shop", "query", "SELECT '[/red][bold]x' AS `[/]`")
    assert done.returncode == 0, done.stderr
    assert "[/red][bold]x" in done.stdout
    done = command("shop", "query", "SELECT throwIf(1, '[/red]')")
    assert done.returncode == 1
    assert "[/red]" in done.stderr


def test_a_wrong_query_is_one_message_without_a_traceback(command):
    done = command("shop", "query", "SELEKT 1")
    assert done.returncode == 1
    assert "Syntax error" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--day", "2999-01-01"], "the last whole day"),
        (["run", "--source", ".", "--seed", "1"], "leave out --seed"),
        (["run", "--source", "/nowhere/at/all"], "does not exist"),
        (["report", "--day", "2024-01-05"], "There is no report of 2024-01-05"),
        (["pii", "decrypt", "enc:v1:k1:aaaa"], "cannot be decrypted"),
    ],
)
def test_a_wrong_argument_is_told_in_a_sentence(command, arguments, said):
    done = command("shop", *arguments)
    assert done.returncode != 0
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_misspelt_setting_is_refused(command):
    done = command("shop", "query", "SELECT 1", environment={"SHOP_MONGO_URL": "mongodb://127.0.0.1:1/"})
    assert done.returncode == 1
    assert "did you mean SHOP_MONGO_URI?" in done.stderr


def test_an_encrypted_phone_of_the_mart_is_decrypted_for_a_person(small_run, command, shop):
    ((phone,),) = whole_run.rows(shop, "SELECT phone FROM mart.customers WHERE phone IS NOT NULL LIMIT 1")
    assert re.fullmatch(r"\+7\d{10}\n", command("shop", "pii", "decrypt", phone).stdout)
