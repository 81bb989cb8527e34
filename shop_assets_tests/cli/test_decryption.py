"""`shop pii decrypt`: what is shown is on record before, and without a record nothing is shown."""

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest
from clickhouse_connect.driver.client import Client

from shop_assets.cli.application import run_command
from shop_assets.personal_data.cipher import PersonalDataCipher
from shop_assets.personal_data.key_ring import parse_key_ring, rotated
from shop_assets.settings import Settings
from shop_assets.warehouse.decryption_audit import Decryption, record_decryptions, records_under_key
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets.warehouse.statements.migrations import apply_migrations
from shop_assets_tests.cli.conftest import own_environment
from shop_assets_tests.warehouse.raw_messages import NOW, document, insert_raw

PHONE, EMAIL = "+79001234567", "ivan@example.ru"


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture(scope="module")
def cipher(shop: Settings) -> PersonalDataCipher:
    return PersonalDataCipher(parse_key_ring(shop.pii_keys.get_secret_value()))


@pytest.fixture(scope="module")
def client(shop: Settings, cipher: PersonalDataCipher) -> Iterator[Client]:
    with clickhouse_resource(shop).client() as client:
        client.command("DROP DATABASE IF EXISTS audit SYNC")
        apply_migrations(client)
        customer = {
            "customer_id": "cus-1", "phone": cipher.encrypt("phone", PHONE), "email": cipher.encrypt("email", EMAIL),
            "registration_date": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        insert_raw(client, "customers", [document("cus-1", customer)], kafka_timestamp=NOW)
        yield client
        client.command("DROP DATABASE IF EXISTS audit SYNC")


@pytest.fixture
def decrypt(pii: Command) -> Command:
    return lambda *arguments: pii("decrypt", *arguments)


@pytest.fixture
def pii(shop: Settings, client: Client, monkeypatch: pytest.MonkeyPatch) -> Command:
    def run(*arguments: str, **more: str) -> Done:
        output, errors = io.StringIO(), io.StringIO()
        for name, value in (own_environment(shop) | more).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["shop", "pii", *arguments])
        mask, before = os.umask(0o022), dict(os.environ)
        with redirect_stdout(output), redirect_stderr(errors):
            code = run_command()
        os.umask(mask)
        os.environ.clear()  # the command removes what is not meant for it
        os.environ.update(before)
        return Done(code, output.getvalue(), " ".join(errors.getvalue().split()))

    return run


def recorded(client: Client) -> list[tuple[str, ...]]:
    rows = client.query("SELECT reason, kind, id, field, key_id FROM audit.decryptions ORDER BY decrypted_at, field")
    return [tuple(row) for row in rows.result_rows]


def test_each_value_is_on_record_with_the_account_and_the_reason_and_without_the_value(
    decrypt: Command, client: Client, cipher: PersonalDataCipher
) -> None:
    assert decrypt(cipher.encrypt("phone", PHONE), "--reason", "request 17").stdout == f"{PHONE}\n"
    of_customer = decrypt("--customer", " CUS-1", "--reason", "a call")
    assert of_customer.stdout == f"phone: {PHONE}\nemail: {EMAIL}\n"
    assert "2 values" in of_customer.stderr

    assert recorded(client) == [
        ("request 17", "", "", "phone", cipher.key_id),
        ("a call", "customers", "cus-1", "email", cipher.key_id),
        ("a call", "customers", "cus-1", "phone", cipher.key_id),
    ]
    whole = str(client.query("SELECT * FROM audit.decryptions").result_rows)
    assert PHONE[2:] not in whole
    assert EMAIL not in whole
    assert os.environ.get("USER", "root") in whole


def test_what_was_decrypted_is_listed_without_the_values(
    pii: Command, decrypt: Command, client: Client, cipher: PersonalDataCipher
) -> None:
    client.command("DROP DATABASE IF EXISTS audit SYNC")
    assert pii("decryptions").stdout == "Nothing was decrypted.\n"
    decrypt("--customer", "cus-1", "--reason", "a call")
    listed = json.loads(pii("decryptions", "--json").stdout)
    assert [(row["id"], row["field"], row["reason"]) for row in listed] == [
        ("cus-1", "email", "a call"), ("cus-1", "phone", "a call"),
    ]  # fmt: skip
    text = pii("decryptions").stdout
    assert "customers cus-1: phone\n  a call\n" in text
    assert PHONE not in text


def test_many_need_a_word(decrypt: Command, cipher: PersonalDataCipher) -> None:
    texts = [cipher.encrypt("phone", PHONE), cipher.encrypt("email", EMAIL)]
    refused = decrypt(*texts, "--reason", "x")
    assert refused.code == 2
    assert "2 values" in refused.stderr
    done = decrypt(*texts, "--reason", "x", "--many")
    assert done.stdout == f"{PHONE}\n{EMAIL}\n"
    assert "2 values are decrypted and recorded" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["enc:v1:k1:aaaa"], 2, "needs a reason"),
        (["--reason", "x"], 2, "either ciphertexts or --customer"),
        (["enc:v1:k1:aaaa", "--customer", "cus-1", "--reason", "x"], 2, "either ciphertexts or --customer"),
        (["--customer", "cus-9", "--reason", "x"], 2, "no phone and no e-mail"),
        (["+79001234567", "--reason", "x"], 2, "not an encrypted value"),
        (["enc:v1:k77:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "--reason", "x"], 2, "key 'k77', which is not in SHOP_PII_KEYS"),
    ],
)
def test_what_cannot_be_decrypted_is_said_and_leaves_no_record(
    decrypt: Command, client: Client, arguments: list[str], code: int, message: str
) -> None:
    client.command("DROP DATABASE IF EXISTS audit SYNC")
    done = decrypt(*arguments)
    assert (done.code, done.stdout) == (code, "")
    assert message in done.stderr
    assert client.query("SELECT count() FROM system.databases WHERE name = 'audit'").result_rows == [(0,)]


def test_another_key_of_the_same_name_says_so(decrypt: Command, cipher: PersonalDataCipher, shop: Settings) -> None:
    from datetime import UTC, datetime

    other = rotated(shop.pii_keys.get_secret_value(), datetime.now(UTC)).partition(",")[0].partition(":")[2]
    text = PersonalDataCipher(parse_key_ring(f"{cipher.key_id}:{other}")).encrypt("phone", PHONE)
    done = decrypt(text, "--reason", "x")
    assert done.code == 2
    assert "another key" in done.stderr


def test_without_a_record_nothing_is_shown(decrypt: Command, client: Client, cipher: PersonalDataCipher) -> None:
    client.command("DROP DATABASE IF EXISTS audit SYNC")
    client.command("CREATE DATABASE audit")
    client.command("CREATE TABLE audit.decryptions (x UInt8) ENGINE = Memory")
    done = decrypt(cipher.encrypt("phone", PHONE), "--reason", "x")
    assert (done.code, done.stdout) == (1, "")
    assert "nothing was decrypted" in done.stderr


def test_an_id_is_read_from_the_input_so_that_it_is_not_in_the_list_of_processes(
    pii: Command, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.command("DROP DATABASE IF EXISTS audit SYNC")
    monkeypatch.setattr("sys.stdin", io.StringIO("\tCUS-1 \n"))
    shown = pii("decrypt", "--customer", "-", "--reason", "order 18")
    assert shown.stdout.splitlines() == [f"phone: {PHONE}", f"email: {EMAIL}"]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert "an id is not blank" in pii("erase", "--customer", "-", "--reason", "order 18").stderr


def test_ids_of_the_audit_that_only_one_key_decrypts_are_counted(client: Client, cipher: PersonalDataCipher) -> None:
    client.command("DROP DATABASE IF EXISTS audit SYNC")
    assert records_under_key(client, cipher.key_id) == 0
    record_decryptions(client, [Decryption("x", "phone", "customers", cipher.encrypt("id", PHONE))], "order 19")
    assert records_under_key(client, cipher.key_id) == 1
    assert records_under_key(client, f"{cipher.key_id}9") == 0
