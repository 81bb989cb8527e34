"""The settings: read from the environment and the running stack, and wrong ones refused at the start."""

import base64
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from shop_assets.personal_data.key_ring import parse_key_ring
from shop_assets.settings import Settings, SettingsError, StackDownError, variable

DOCUMENTATION = Path(__file__).parents[1] / "docs" / "settings.md"
KEY = base64.b64encode(bytes(range(64))).decode()
COMPLETE = {
    "SHOP_S3_ACCESS_KEY": "key",
    "SHOP_S3_SECRET_KEY": "a-secret-of-s3",
    "SHOP_MONGO_URI": "mongodb://user:a-secret-of-mongo@127.0.0.1:1/",
    "SHOP_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:2",
    "SHOP_PII_KEYS": f"k1:{KEY}",
    "SHOP_CLICKHOUSE_HOST": "127.0.0.1",
    "SHOP_CLICKHOUSE_PASSWORD": "a-secret-of-clickhouse",
}


@pytest.fixture
def load(monkeypatch, tmp_path):
    """Loads settings from exactly the given variables."""

    def load_from(variables: Mapping[str, str]) -> Settings:
        for field in Settings.model_fields:
            monkeypatch.delenv(variable(field), raising=False)
        for name, value in ({"SHOP_HOME": str(tmp_path)} | dict(variables)).items():
            monkeypatch.setenv(name, value)
        return Settings.load()

    return load_from


def test_a_complete_environment_is_enough(load):
    settings = load(COMPLETE)
    assert settings.clickhouse_port == 8123
    assert settings.expected_stores == 45


def test_the_running_stacks_file_gives_what_the_environment_lacks_and_the_environment_wins(load, tmp_path):
    lines = [f"{name}={value}" for name, value in COMPLETE.items()]
    (tmp_path / "stack.env").write_text("\n".join([*lines, "SHOP_MONGO_DATABASE=of_the_file"]))
    assert load({}).mongo_database == "of_the_file"
    assert load({"SHOP_MONGO_DATABASE": "of_the_environment"}).mongo_database == "of_the_environment"


def test_without_any_service_one_sentence_says_that_no_stack_runs(load, tmp_path):
    with pytest.raises(StackDownError) as refused:
        load({})
    assert str(refused.value) == f"No stack runs in {tmp_path}: start one with `shop up`."


def test_with_some_services_the_mode_and_all_that_it_lacks_are_named(load):
    given = {"SHOP_MONGO_URI": COMPLETE["SHOP_MONGO_URI"], "SHOP_S3_ACCESS_KEY": "x"}
    with pytest.raises(SettingsError, match=r"SHOP_MONGO_URI is set: .* services of your own") as refused:
        load(given)
    message = str(refused.value)
    assert {name for name in COMPLETE if name in message} == set(COMPLETE) - {"SHOP_S3_ACCESS_KEY"}
    assert "unset SHOP_MONGO_URI" in message


def test_what_is_invalid_is_refused_before_a_stack_gives_the_rest(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOP_HOME", str(tmp_path))
    Settings.refuse_invalid()
    monkeypatch.setenv("SHOP_TIMEZONE", "Europe/Nowhere")
    with pytest.raises(SettingsError, match="SHOP_TIMEZONE: no such time zone"):
        Settings.refuse_invalid()


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """Sets exactly the given variables, as before a stack is up."""

    def set_alone(variables: Mapping[str, str]) -> None:
        for field in Settings.model_fields:
            monkeypatch.delenv(variable(field), raising=False)
        for name, value in ({"SHOP_HOME": str(tmp_path)} | dict(variables)).items():
            monkeypatch.setenv(name, value)

    return set_alone


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"SHOP_JAVA_HOME": "/nowhere"}, "SHOP_JAVA_HOME: /nowhere has no bin/java"),
        ({"SHOP_JAVA_HOME": "/nowhere/"}, "SHOP_JAVA_HOME: /nowhere has no bin/java"),
        ({"SHOP_MAPPING": "/nowhere"}, "SHOP_MAPPING: /nowhere is not a file"),
        ({"SHOP_MAPPING": "~nobody-of-this-name/x"}, "SHOP_MAPPING: ~nobody-of-this-name/x is not a file"),
        ({"SHOP_KAFKA_CA_FILE": "/nowhere"}, "SHOP_KAFKA_CA_FILE: /nowhere is not a file"),
        ({"SHOP_CLICKHOUSE_CA_FILE": "/nowhere"}, "SHOP_CLICKHOUSE_CA_FILE: /nowhere is not a file"),
        ({"SHOP_TELEGRAM_BOT_TOKEN": "secret"}, "SHOP_TELEGRAM_CHAT_ID: must be set together with SHOP_TELEGRAM_BOT_T"),
        ({"SHOP_TELEGRAM_CHAT_ID": "-1"}, "SHOP_TELEGRAM_CHAT_ID: must be set together with SHOP_TELEGRAM_BOT_TOKEN"),
        ({"SHOP_CLICKHOUSE_READER_USER": "a"}, "together with SHOP_CLICKHOUSE_READER_USER"),
        ({"SHOP_CLICKHOUSE_SPARK_PASSWORD": "secret"}, "together with SHOP_CLICKHOUSE_SPARK_USER"),
        (
            {"SHOP_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"},
            "SHOP_KAFKA_PASSWORD: SASL_SSL requires SHOP_KAFKA_USERNAME and SHOP_KAFKA_PASSWORD",
        ),
    ],
)
def test_files_and_pairs_are_checked_before_a_stack_gives_the_rest(alone, given, message):
    alone(given)
    with pytest.raises(SettingsError) as refused:
        Settings.refuse_invalid()
    assert message in str(refused.value)
    assert "secret" not in str(refused.value)


def test_all_that_is_wrong_is_said_at_once(alone):
    alone({"SHOP_JAVA_HOME": "/nowhere", "SHOP_TELEGRAM_CHAT_ID": "-1", "SHOP_TIMEZONE": "Europe/Nowhere"})
    with pytest.raises(SettingsError) as refused:
        Settings.refuse_invalid()
    assert {name for name in os.environ if f"  {name}: " in str(refused.value)} == {
        "SHOP_JAVA_HOME",
        "SHOP_TELEGRAM_CHAT_ID",
        "SHOP_TIMEZONE",
    }


def test_a_stack_starts_and_is_examined_without_the_key_service(alone, tmp_path):
    alone({"SHOP_PII_KEYS_COMMAND": f"touch '{tmp_path / 'was asked'}'"})
    Settings.refuse_invalid()
    assert not (tmp_path / "was asked").exists()


def test_a_java_of_the_stack_that_has_moved_stops_spark_alone(load, tmp_path):
    (tmp_path / "stack.env").write_text("SHOP_JAVA_HOME=/usr/lib/jvm/of-before-the-upgrade")
    assert load(COMPLETE).java_home == Path("/usr/lib/jvm/of-before-the-upgrade")
    with pytest.raises(SettingsError, match="has no bin/java"):
        load(COMPLETE | {"SHOP_JAVA_HOME": "/usr/lib/jvm/of-before-the-upgrade"})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("SHOP_S3_FEATURES_BUCKET", "features shop-features shop.features 2026 s3.2026.shop A1b"),
        ("SHOP_S3_LANDING_BUCKET", "my_bucket shop.2026"),
        ("SHOP_SPARK_DRIVER_MEMORY", "1g 512m 3000000K 2147483648"),
        (
            "SHOP_SPARK_MASTER",
            "local local[2] local[*] local[*,4] local-cluster[2,1,1024] yarn spark://h1:7077,h2:7077",
        ),
        ("SHOP_SPARK_MASTER", "k8s://https://host:6443"),
    ],
)
def test_what_spark_and_java_take_is_taken(load, name, values):
    for value in [*values.split(), *(["local[*, 4]"] if name == "SHOP_SPARK_MASTER" else [])]:
        assert str(getattr(load(COMPLETE | {name: value}), name.removeprefix("SHOP_").lower())) == value


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("SHOP_S3_FEATURES_BUCKET", "my_bucket shop.2026 bucket- -bucket a..b .ab ab. s3.2026 b shop-.a"),
        ("SHOP_SPARK_DRIVER_MEMORY", "2gb 512MB 0g 1024 much"),
        ("SHOP_SPARK_MASTER", "local[0] local[**] local[4*2] local[] spark://h1 lokal[2] local-cluster"),
    ],
)
def test_what_spark_and_java_would_refuse_later_is_refused_at_the_start(load, name, values):
    for value in values.split():
        with pytest.raises(SettingsError, match=f"{name}: expected"):
            load(COMPLETE | {name: value})


def test_a_misspelt_variable_is_refused_with_the_nearest_name(load):
    with pytest.raises(SettingsError, match=r"SHOP_EXPECTED_STORE \(did you mean SHOP_EXPECTED_STORES\?\)"):
        load(COMPLETE | {"SHOP_EXPECTED_STORE": "45"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOP_TIMEZONE", "Europe/Nowhere"),
        ("SHOP_CLICKHOUSE_PORT", "70000"),
        ("SHOP_MAXIMUM_DUPLICATE_RATIO", "1.5"),
        ("SHOP_KAFKA_SECURITY_PROTOCOL", "SASL_SSL"),
        ("SHOP_PII_KEYS", "k1:bm90IGxvbmcgZW5vdWdo"),
        ("SHOP_AUTOMATION", "perhaps"),
        ("SHOP_DAGSTER_URL", "dagster.example.org"),
        ("SHOP_DAGSTER_URL", "dagster.example.org:3000"),
        ("SHOP_DAGSTER_URL", "https:///runs"),
        ("SHOP_DAGSTER_URL", "http://localhost:port"),
        ("SHOP_DAGSTER_URL", "http://*"),
        ("SHOP_DAGSTER_URL", "https://дагстер.рф"),
        ("SHOP_TELEGRAM_CHAT_ID", "-1001"),
        ("SHOP_TELEGRAM_BOT_TOKEN", "a-secret-of-telegram"),
        ("SHOP_CLICKHOUSE_SPARK_USER", "spark"),
        ("SHOP_CLICKHOUSE_CA_FILE", "/nowhere/ca.pem"),
        ("SHOP_KAFKA_CA_FILE", "/nowhere/ca.pem"),
        ("SHOP_TIMEZONE", "Europe"),
        ("SHOP_TIMEZONE", "Europe/" + "Moscow" * 50),
        ("SHOP_SPARK_MASTER", "lokal[2]"),
        ("SHOP_SPARK_DRIVER_MEMORY", "much"),
        ("SHOP_S3_LANDING_BUCKET", "landing/shop"),
        ("SHOP_KAFKA_TOPIC_PREFIX", "shop "),
        ("SHOP_JAVA_HOME", "/nowhere"),
    ],
)
def test_a_wrong_value_is_refused_at_the_start(load, name, value):
    with pytest.raises(SettingsError, match="SHOP_"):
        load(COMPLETE | {name: value})


def test_no_secret_is_shown_by_an_error_or_by_printing_the_settings(load):
    broken = COMPLETE | {"SHOP_PII_KEYS": "k1:c2VjcmV0LW9mLXBpaQ==", "SHOP_CLICKHOUSE_PORT": "none"}
    with pytest.raises(SettingsError) as refused:
        load(broken)
    shown = str(refused.value) + repr(load(COMPLETE))
    assert "a-secret-of" not in shown
    assert "c2VjcmV0LW9mLXBpaQ" not in shown
    assert KEY not in shown


def test_the_first_key_of_the_ring_comes_first():
    other = base64.b64encode(bytes(range(64, 128))).decode()
    assert list(parse_key_ring(f"new:{KEY},old:{other}")) == ["new", "old"]


@pytest.mark.parametrize("text", ["", "k1", f"K1:{KEY}", f"k1:{KEY},k1:{KEY}", "k1:!!", "k1:AAAA"])
def test_a_malformed_key_ring_is_refused(text):
    with pytest.raises(ValueError, match=r"key"):
        parse_key_ring(text)


def test_the_documentation_names_every_setting_and_no_other():
    documented = set(re.findall(r"SHOP_[A-Z0-9_]+", DOCUMENTATION.read_text(encoding="utf-8")))
    assert documented == {variable(field) for field in Settings.model_fields}


def test_the_key_ring_may_be_in_a_file_of_a_secret(load, tmp_path):
    file = tmp_path / "ring"
    file.write_text(f"k9:{KEY}\n")
    given = {"SHOP_PII_KEYS_FILE": str(file)}
    without_ring = {name: value for name, value in COMPLETE.items() if name != "SHOP_PII_KEYS"}
    for variables in (without_ring | given, COMPLETE | given):
        assert list(parse_key_ring(load(variables).pii_keys.get_secret_value())) == ["k9"]
    file.write_text("geheim")
    with pytest.raises(SettingsError, match=r"SHOP_PII_KEYS: .*id:base64") as refused:
        load(without_ring | given)
    assert "geheim" not in str(refused.value)
    with pytest.raises(SettingsError, match=r"SHOP_PII_KEYS_FILE names .*cannot be read"):
        load({"SHOP_PII_KEYS_FILE": str(tmp_path / "nowhere")} | without_ring)


def test_the_key_ring_may_come_from_a_command(load, tmp_path):
    file = tmp_path / "wrapped ring"
    file.write_text(f"k9:{KEY}\n")
    without_ring = {name: value for name, value in COMPLETE.items() if name != "SHOP_PII_KEYS"}
    given = {"SHOP_PII_KEYS_COMMAND": f"cat '{file}'"}
    for variables in (without_ring | given, COMPLETE | given):
        assert list(parse_key_ring(load(variables).pii_keys.get_secret_value())) == ["k9"]
    with pytest.raises(SettingsError, match="SHOP_PII_KEYS_FILE and SHOP_PII_KEYS_COMMAND are both set"):
        load(without_ring | given | {"SHOP_PII_KEYS_FILE": str(file)})


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("sh -c 'echo geheim; echo geheim >&2; exit 3'", "ended with exit code 3"),
        ("no-such-program geheim", "cannot be run: No such file or directory"),
        ("sh -c 'geheim", "not quoted as for a shell"),
        ("echo geheim", "SHOP_PII_KEYS: .*id:base64"),
        ("true", "SHOP_PII_KEYS: .*id:base64"),
    ],
)
def test_a_command_that_gives_no_key_ring_is_refused_without_being_quoted(load, command, reason):
    with pytest.raises(SettingsError, match=reason) as refused:
        load(COMPLETE | {"SHOP_PII_KEYS_COMMAND": command})
    assert "geheim" not in str(refused.value)
