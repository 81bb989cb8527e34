"""The `shop` command on a running stack."""

import json
import re
import socket
import time
from datetime import timedelta

import dagster as dg
import pytest
from rich.cells import cell_len

from shop_assets.automation.abandoned_runs import PROCESS_TAG
from shop_assets.features.definitions import COLUMNS, FEATURE_NAMES
from shop_assets.orchestration.dagster_home import INSTANCE
from shop_assets.settings import Settings
from shop_assets_tests import whole_run
from shop_assets_tests.cli.conftest import Command, in_own_environment, own_environment, program
from shop_assets_tests.cli.terminal import CONTROL_SEQUENCE, Terminal
from shop_assets_tests.dashboards.page.reading import ReadPage
from shop_assets_tests.isolation import variables


@pytest.fixture(scope="module")
def small_run(command: Command, shop: Settings):
    first_day = whole_run.ONE_EARLIER_DAY["first_day"].isoformat()
    return command(
        "shop", "run", "--customers", "60", "--purchases", "120", "--seed", "7",
        environment=own_environment(shop) | {"SHOP_FIRST_DAY": first_day},
    )  # fmt: skip


def test_a_run_prints_its_stages_its_checks_and_where_the_csv_lies(small_run):
    assert small_run.returncode == 0, small_run.stdout + small_run.stderr
    assert re.search(r"✓ report_csv +60 in +60 out +0 rejected", small_run.stdout)
    assert re.search(r"│ clickhouse_raw +│ +325 │ +325 │", small_run.stdout)
    assert re.search(
        r"failed +purchases_count +120 purchases, under 200; .*: SHOP_MINIMUM_PURCHASES=120", small_run.stdout
    )
    assert f"analytic_result_{whole_run.YESTERDAY:%Y_%m_%d}.csv" in small_run.stdout


def test_the_report_is_printed_and_written_byte_for_byte(small_run, command, shop, tmp_path):
    output = tmp_path / "report.csv"
    assert command("shop", "report", "--output", str(output)).returncode == 0
    assert output.read_bytes() == whole_run.report(shop)
    assert command("shop", "report").stdout.encode() == whole_run.report(shop)


def test_a_query_is_printed_as_a_table(small_run, command):
    done = command("shop", "query", "SELECT count() AS customers FROM mart.customers")
    assert "customers" in done.stdout
    assert re.search(r"│ +60 │", done.stdout)


def test_checks_of_what_is_stored_are_a_table_and_an_exit_code(small_run, command, shop):
    enough = own_environment(shop) | {"SHOP_MINIMUM_PURCHASES": "120"}
    day, before = whole_run.YESTERDAY.isoformat(), whole_run.contents(shop)
    good = command("shop", "check", "--day", day, environment=enough)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "\nclickhouse_mart\n" in good.stdout
    assert f"{day}: 60 customers in the report, 60 in the partition" in good.stdout
    bad = command("shop", "check")
    assert bad.returncode == 1
    assert re.search(r"failed +purchases_count +120 purchases, under 200; .*: SHOP_MINIMUM_PURCHASES=120", bad.stdout)
    assert f"{day}: 60 customers in the report" in bad.stdout, "without a day it is the one that was made last"
    assert whole_run.contents(shop) == before


@pytest.mark.slow
def test_a_machine_that_has_only_the_settings_makes_its_folder_and_checks_the_day_that_is_named(
    small_run, command, shop, tmp_path
):
    home = tmp_path / "nothing" / "yet"
    fresh = variables(shop) | {"SHOP_HOME": str(home), "DAGSTER_HOME": "", "SHOP_MINIMUM_PURCHASES": "120"}
    day = whole_run.YESTERDAY.isoformat()
    done = command("shop", "check", "--strict", "--day", day, environment=fresh)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{day}: 60 customers in the report, 60 in the partition" in done.stdout
    assert [path.name for path in home.iterdir()] == ["dagster"]
    assert home.stat().st_mode & 0o777 == (home / "dagster").stat().st_mode & 0o777 == 0o700
    assert (home / "dagster" / "dagster.yaml").read_text(encoding="utf-8") == INSTANCE


@pytest.mark.slow
def test_a_machine_that_made_no_day_is_reported_to_name_one(small_run, command, shop, tmp_path):
    done = command("shop", "check", environment=variables(shop) | {"SHOP_HOME": str(tmp_path), "DAGSTER_HOME": ""})
    assert done.returncode == 1
    assert "pass --day to shop check" in done.stdout


def test_how_fresh_the_data_is_and_which_days_have_a_report(small_run, command):
    shown = json.loads(command("shop", "status", "--json").stdout)
    assert {"raw_stores_json", "clickhouse_mart", "report_csv"} <= {stage["asset"] for stage in shown["stages"]}
    assert shown["newest_purchase"] < f"{whole_run.YESTERDAY + timedelta(days=2)}"
    (report,) = json.loads(command("shop", "report", "--list", "--json").stdout)
    assert report["day"] == str(whole_run.YESTERDAY)


@pytest.mark.slow
def test_what_failed_alone_is_shown_on_request_and_as_json(small_run, command):
    done = command("shop", "check", "--failed", "--json")
    shown = json.loads(done.stdout)
    assert done.returncode == 1
    assert {row["check"] for row in shown["checks"]} >= {"purchases_count"}
    assert "passed" not in {row["verdict"] for row in shown["checks"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [["check"], ["status"], ["doctor"], ["rejects", "list"], ["rejects", "list", "--values"], ["pii", "keys"],
     ["pii", "erase"], ["pii", "erasures"], ["pii", "decryptions"], ["report", "--list"], ["reconcile"],
     ["raw", "compact"], ["explain", "cus-100003"], ["explain", "nobody"]],
    ids=" ".join,
)  # fmt: skip
def test_no_line_is_longer_than_eighty_columns(small_run, shop, arguments):
    ended = Terminal(program(["shop", *arguments]), in_own_environment(own_environment(shop))).ended()
    lines = CONTROL_SEQUENCE.sub("", ended.output).splitlines()
    assert [line for line in lines if cell_len(line) > 80] == []


@pytest.mark.slow
def test_a_feature_is_explained_with_what_is_published_and_an_unknown_customer_is_named(small_run, command, shop):
    ((customer, published),) = whole_run.rows(
        shop, "SELECT customer_id, store_loyal FROM mart.customer_features ORDER BY store_loyal DESC, 1 LIMIT 1"
    )
    shown = json.loads(command("shop", "explain", customer, "--feature", "store_loyal", "--json").stdout)
    (verdict,) = shown["features"]
    assert verdict["value"] == verdict["published"] == published == 1
    assert {purchase["purchase_id"] for purchase in shown["purchases"]} == set(verdict["purchases"]) != set()
    done = command("shop", "explain", "cus-nobody")
    assert (done.returncode, "MART has no customer 'cus-nobody'" in done.stderr) == (2, True)
    assert command("shop", "explain", customer, "--feature", "store_loyle").returncode == 2


def test_the_dashboard_is_of_the_day_that_is_named(small_run, command, tmp_path):
    file = tmp_path / "d.html"
    days = (whole_run.YESTERDAY, whole_run.YESTERDAY - timedelta(days=3))
    for day in days:
        done = command("shop", "dashboard", "--day", day.isoformat(), "--output", str(file))
        assert done.returncode == 0, done.stderr
        assert f"{day}: " in done.stderr
        assert f"Продажи и признаки — по {day:%d.%m.%Y}" in ReadPage(file.read_text(encoding="utf-8")).text
    file.unlink()
    tomorrow = (whole_run.YESTERDAY + timedelta(days=2)).isoformat()
    refused = command("shop", "dashboard", "--day", tomorrow, "--output", str(file))
    assert (refused.returncode, file.exists()) == (2, False)
    assert f"--day {tomorrow} must be between" in refused.stderr


@pytest.mark.slow
def test_the_dashboard_links_pages_with_the_verdicts_of_the_matrix(small_run, command, shop, tmp_path):
    (published,) = whole_run.rows(
        shop, f"SELECT {', '.join(COLUMNS)} FROM mart.customer_features ORDER BY no_purchases, customer_id LIMIT 1"
    )
    customer, *values = published
    command("shop", "dashboard", "--output", str(tmp_path / "d.html"), "--explain", customer)
    dashboard = ReadPage((tmp_path / "d.html").read_text(encoding="utf-8"))
    (link,) = [address for address in dashboard.attributes("href") if not address.startswith(("#", "data:"))]
    page = ReadPage((tmp_path / link).read_text(encoding="utf-8"))
    shown = dict(re.findall(r"(\w+) значение ([01]) Равен", page.text))
    assert shown == {name: str(value) for name, value in zip(FEATURE_NAMES, values, strict=True)}
    assert "Опубликовано" not in page.text
    assert "../d.html" in page.attributes("href")
    done = command("shop", "explain", customer, "--html", "page.html", "--json")
    assert (done.returncode, "do not go together" in done.stderr) == (2, True)


def test_the_logs_of_the_stack_are_printed_and_an_unknown_one_is_refused(command):
    assert "==> kafka: " in command("shop", "logs", "--lines", "1").stdout
    assert len(command("shop", "logs", "clickhouse", "-n", "3").stdout.splitlines()) <= 3
    done = command("shop", "logs", "postgres")
    assert (done.returncode, "there are clickhouse, kafka" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_check_that_cannot_be_asked_is_no_success(small_run, command, shop):
    nobodys = {"SHOP_MINIMUM_PURCHASES": "120", "SHOP_S3_REPORTS_BUCKET": "reports-of-nobody"}
    done = command("shop", "check", environment=own_environment(shop) | nobodys)
    assert done.returncode == 1
    assert "report_equals_partition failed" in done.stdout
    assert "0 failed" in done.stdout


@pytest.mark.slow
def test_a_killed_run_keeps_nothing_from_the_next_one_and_is_failed_by_it(small_run, command, start):
    with dg.DagsterInstance.get() as instance:
        killed = start("shop", "run")
        run_id = _run_of(instance, killed.pid)
        killed.kill()
        killed.wait()
        assert instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.STARTED
        assert "\nclickhouse_mart\n" in command("shop", "check").stdout, "it did not wait for the killed one"
        assert instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.FAILURE


def _run_of(instance: dg.DagsterInstance, process: int) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
            if f'"pid":{process},' in run.tags.get(PROCESS_TAG, ""):
                return run.run_id
        time.sleep(0.1)
    raise AssertionError("the run did not start")


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
    ("arguments", "message"),
    [
        (["run", "--day", "2999-01-01"], "the last complete day"),
        (
            ["run", "--day", "2026-02-31"],
            "for '--day': '2026-02-31': no such day; write it as 2026-01-31",
        ),
        (["check", "--day", "вчера"], "Invalid value for '--day': 'вчера': no such day"),
        (["backfill", "--from", "2026-1", "--to", "2026-01-01"], "Invalid value for '--from': '2026-1': no such day"),
        (["query", "-F", "xml", "SELECT 1"], "Invalid value for '--format' / '-F': 'xml' is not one of"),
        (["restore", "/nowhere/at/all"], "There is no folder /nowhere/at/all"),
        (["run", "--source", ".", "--seed", "1"], "cannot be combined with --seed"),
        (["run", "--source", "/nowhere/at/all"], "does not exist. Expected: a folder with stores/"),
        (["run", "--source", "docs"], "has none of the four folders"),
        (["run", "--mapping", "README.md"], "README.md"),
        (["backfill", "--from", "2026-01-02", "--to", "2026-01-01"], "is later than --to"),
        (["report", "--output", "/nowhere/at/all.csv"], "there is no folder /nowhere/at"),
        (["dashboard", "--output", "."], "is a folder"),
        (["ids", "accept", "shops", "1"], "No kind is called shops"),
        (["schema", "shops"], "No kind is called shops"),
        (["rejects", "list", "--kind", "shops"], "No kind is called shops"),
        (["pii", "erase", "--customer", " ", "--reason", "request 7"], "an id is not blank"),
        (["pii", "erase", "--reason", "request 7"], "an erasure needs a customer and a reason"),
        (["pii", "erase", "--even-if-unknown"], "it goes with --customer"),
    ],
)
def test_wrong_input_is_refused_in_one_sentence_before_anything_starts(command, arguments, message, tmp_path):
    home = tmp_path / "home"
    done = command("shop", *arguments, environment={"SHOP_HOME": str(home)})
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not home.exists()


def test_a_busy_port_of_the_ui_is_refused_with_the_command_that_works(command, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = command("shop", "ui", "--port", str(port), environment={"SHOP_HOME": str(tmp_path / "home")})
    assert done.returncode == 2
    assert re.search(rf"Port {port} is in use: shop ui --port \d+", done.stderr)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["report", "--day", "2024-01-05"], 1, "There is no report for 2024-01-05"),
        (["pii", "decrypt", "enc:v1:k1:aaaa", "--reason", "a test"], 2, "Cannot decrypt"),
    ],
)
def test_what_is_not_there_is_reported_in_one_sentence(command, arguments, code, message):
    done = command("shop", *arguments)
    assert done.returncode == code
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_misspelt_setting_is_refused(command):
    done = command("shop", "query", "SELECT 1", environment={"SHOP_MONGO_URL": "mongodb://127.0.0.1:1/"})
    assert done.returncode == 2
    assert "did you mean SHOP_MONGO_URI?" in done.stderr


def test_an_encrypted_phone_of_the_mart_is_decrypted_for_a_user(small_run, command, shop):
    ((phone,),) = whole_run.rows(shop, "SELECT phone FROM mart.customers WHERE phone IS NOT NULL LIMIT 1")
    assert re.fullmatch(r"\+7\d{10}\n", command("shop", "pii", "decrypt", phone, "--reason", "a call").stdout)
