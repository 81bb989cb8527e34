"""docker-compose.yml keeps what its header promises, and its parts fit together."""

import ast
import base64
import os
import re
import subprocess
from pathlib import PurePosixPath

import pytest

from shop_assets.settings import Settings, variable
from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.compose_file import CLUSTER_PROFILE, EXAMPLE, ROOT

SERVICES = compose_file.services()
NAMES = sorted(SERVICES)
UNITS = {"m": 2**20, "g": 2**30}
MEMORY_LIMIT = 10 * 2**30
# Their images name a user of their own who is not root.
OWN_USER = {"kafka-1", "kafka-2", "kafka-3", "kafka-ui"}
# They end, so that nothing asks for their health.
ONE_SHOT = {"mongodb-setup", "kafka-setup", "s3-setup"}
# They load the project's settings.
PIPELINE = ("dagster-code", "jupyter")


def memory(service):
    limit = SERVICES[service]["mem_limit"]
    return int(limit[:-1]) * UNITS[limit[-1]] * SERVICES[service].get("deploy", {}).get("replicas", 1)


def mounts(service):
    """The volumes of a service: (source, target, options)."""
    return [tuple((*volume.split(":"), "")[:3]) for volume in SERVICES[service].get("volumes", [])]


def networks(service):
    return set(SERVICES[service]["networks"])


@pytest.mark.parametrize("name", NAMES)
def test_every_image_is_exact_and_says_why(name):
    image = SERVICES[name]["image"]
    if image.startswith("shop-assets"):
        assert SERVICES[name]["pull_policy"] == "never"
        return
    assert re.search(r":v?\d+\.\d+(\.\d+)*([.-]\w+)*(@sha256:[0-9a-f]{64})?$", image)
    lines = [line for line in compose_file.text().splitlines() if line.strip().startswith(f"image: {image}")]
    assert all(re.search(r"  # \w", line) for line in lines)


def test_every_image_of_the_project_is_built_by_one_service_that_always_starts_with_it():
    # Two that build the same name at once fail in Docker's containerd image store.
    builders = [(service["image"], name) for name, service in SERVICES.items() if "build" in service]
    assert sorted(builders) == [("shop-assets-notebook:local", "jupyter"), ("shop-assets:local", "dagster-code")]
    assert {SERVICES[name]["build"]["target"] for _, name in builders} == {"pipeline", "notebook"}
    assert "profiles" not in SERVICES["dagster-code"]
    built = {service["image"] for service in SERVICES.values() if service["image"].startswith("shop-assets")}
    assert built == {image for image, _ in builders}


@pytest.mark.parametrize("name", NAMES)
def test_no_service_has_more_rights_than_it_needs(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "cap_add"} & service.keys()
    assert "docker.sock" not in str(service)
    if name not in OWN_USER:
        assert int(service["user"].split(":")[0]) > 0


@pytest.mark.parametrize("name", NAMES)
def test_every_service_is_restarted_limited_and_rotates_its_log(name):
    service = SERVICES[name]
    assert service["restart"] in {"unless-stopped", "on-failure:5"}
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert 0 < memory(name) <= 2 * 2**30
    assert ("healthcheck" in service) == (name not in ONE_SHOT)


def test_a_service_without_a_health_check_is_waited_for_until_it_ends():
    # `up --wait` takes a service that ended for a failure, unless another one depends on just that.
    conditions = [
        (dependency, how["condition"])
        for service in SERVICES.values()
        for dependency, how in service.get("depends_on", {}).items()
    ]
    assert {(name, "service_completed_successfully") for name in ONE_SHOT} <= set(conditions)


@pytest.mark.parametrize("name", NAMES)
def test_a_read_only_service_writes_to_tmpfs_or_volumes_alone(name):
    # What its command writes, and where its temporary files are.
    written = re.findall(r"> \"?(/[\w./-]+)", "\n".join(map(str, SERVICES[name].get("command", []))))
    writable = [PurePosixPath(path.split(":")[0]) for path in SERVICES[name].get("tmpfs", [])]
    writable += [PurePosixPath(target) for _, target, options in mounts(name) if options != "ro"]
    for path in map(PurePosixPath, written):
        assert any(path.is_relative_to(folder) for folder in writable), path


def test_no_inline_config_is_used_for_compose_cannot_put_it_into_a_read_only_container():
    assert "configs" not in compose_file.load()


def test_only_traefik_publishes_a_port_and_on_this_machine_alone():
    published = {name: service["ports"] for name, service in SERVICES.items() if service.get("ports")}
    assert published == {"traefik": ["127.0.0.1:80:8000"]}


def test_engines_are_on_a_network_without_a_way_out_and_traefik_is_not():
    declared = compose_file.load()["networks"]
    assert declared["back"] == {"internal": True}
    assert {network for name in NAMES for network in networks(name)} == declared.keys()
    assert declared["dagster"] == declared["dagster-ui"] == {"internal": True}
    assert networks("start-page") == {"front"}
    assert networks("traefik") == {"front", "dagster-ui"}
    for engine in ("mongodb", "kafka-1", "kafka-2", "kafka-3", "spark-worker"):
        assert networks(engine) == {"back"}


NO_DIGEST = {"clickhouse", "mongo-ui"}
"""Services whose image's digest is not known: docs/full_stack.md says why."""


def test_every_image_but_those_that_the_documentation_names_has_its_digest():
    built = {name for name in NAMES if SERVICES[name]["image"].startswith("shop-assets")}
    without = {name for name in NAMES if "@sha256:" not in SERVICES[name]["image"]}
    assert without - built == NO_DIGEST
    documentation = (ROOT / "docs" / "full_stack.md").read_text(encoding="utf-8")
    for name in NO_DIGEST:
        assert f"`{SERVICES[name]['image']}`" in documentation


def test_the_stack_that_the_example_starts_stays_below_ten_gibibytes():
    profiles = set(compose_file.variables_of_example()["COMPOSE_PROFILES"].split(","))
    started = [name for name in NAMES if profiles >= set(SERVICES[name].get("profiles", []))]
    assert set(NAMES) - set(started) == {"kafka-2", "kafka-3"}
    assert sum(memory(name) for name in started if name not in ONE_SHOT) < MEMORY_LIMIT


def test_the_example_names_all_profiles_and_what_each_takes():
    example = EXAMPLE.read_text(encoding="utf-8")
    profiles = {profile for service in SERVICES.values() for profile in service.get("profiles", [])}
    assert profiles - set(compose_file.variables_of_example()["COMPOSE_PROFILES"].split(",")) == {CLUSTER_PROFILE}
    for profile in profiles:
        taken = sum(memory(name) for name in NAMES if profile in SERVICES[name].get("profiles", []))
        (written,) = re.findall(rf"^#   {profile}\s.* ([\d.]+) GiB$", example, re.MULTILINE)
        assert float(written) == round(taken / 2**30, 1)


def test_volumes_are_declared_used_and_belong_to_one_engine_each():
    used = [source for name in NAMES for source, _, _ in mounts(name) if not source.startswith(".")]
    assert set(used) == compose_file.load()["volumes"].keys()
    shared = {source for source in used if used.count(source) > 1}
    assert shared == {"dagster-logs", "s3-security"}


def test_what_is_mounted_from_the_project_is_read_only_and_there():
    bound = [mount for name in NAMES for mount in mounts(name) if mount[0].startswith(".")]
    assert {options for _, _, options in bound} == {"ro"}
    missing = [source for source, _, _ in bound if not (ROOT / source).is_dir()]
    assert missing == []


def test_a_service_depends_only_on_services_that_start_with_it():
    for name, service in SERVICES.items():
        for dependency in service.get("depends_on", {}):
            assert set(SERVICES[dependency].get("profiles", [])) <= set(service.get("profiles", [])), (name, dependency)


def test_every_variable_of_the_file_is_in_the_example_and_the_reverse():
    in_comments = set(re.findall(r"^# (\w+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    known = compose_file.variables_of_example().keys()
    assert compose_file.used_variables() == (known | in_comments) - {"COMPOSE_PROFILES"}


def test_compose_does_not_start_without_any_one_of_the_secrets():
    secrets = [name for name, value in compose_file.variables_of_example().items() if not value]
    assert len(secrets) > 15
    for name in secrets:
        with pytest.raises(KeyError, match=name):
            compose_file.load(compose_file.secrets() | {name: ""})


def test_what_a_user_logs_in_with_signs_no_cookies():
    environment = SERVICES["mongo-ui"]["environment"]
    password = environment["ME_CONFIG_BASICAUTH_PASSWORD"]
    assert [name for name, value in environment.items() if value == password] == ["ME_CONFIG_BASICAUTH_PASSWORD"]
    assert environment["ME_CONFIG_SITE_COOKIESECRET"] == environment["ME_CONFIG_SITE_SESSIONSECRET"]


def test_no_secret_is_in_the_file_itself():
    assignments = re.findall(r"(?i)(?:password|secret|token)\w*:? +([^\s#]+)", compose_file.text())
    plain = [value for value in assignments if not value.startswith(("${", "from_env")) and re.search(r"\w{16}", value)]
    assert plain == []


@pytest.mark.parametrize("name", ["dagster-code", "spark-worker"])
def test_what_spark_puts_aside_is_on_a_volume_and_not_in_memory(name):
    environment = SERVICES[name]["environment"]
    (hadoop,) = re.findall(r"spark\.hadoop\.hadoop\.tmp\.dir +(\S+)", environment["SPARK_DEFAULTS"])
    for folder in map(PurePosixPath, (environment["SPARK_LOCAL_DIRS"], hadoop, environment["TMPDIR"])):
        assert any(folder.is_relative_to(target) for _, target, _ in mounts(name)), folder


def test_what_killed_runs_put_aside_is_deleted_before_the_next_ones():
    (command,) = SERVICES["dagster-code"]["command"]
    assert command.index("find /scratch -mindepth 1 -delete || true") < command.index("exec dagster api grpc")


def test_a_worker_deletes_what_workers_before_it_left_and_nothing_of_one_that_lives(tmp_path):
    (command,) = SERVICES["spark-worker"]["command"]
    scratch = tmp_path / "scratch"
    (scratch / "blockmgr-of-a-killed-one").mkdir(parents=True)
    prepared = command[: command.index("exec spark-class")].replace("/scratch", str(scratch))
    assert prepared.count("\n") > 5
    environment = {"PATH": os.environ["PATH"], "SPARK_CONF_DIR": str(tmp_path / "conf"), "SPARK_DEFAULTS": ""}

    def start(name):
        waiting = f'{prepared}echo "$SPARK_LOCAL_DIRS"\nexec cat'
        return subprocess.Popen(
            ["bash", "-ec", waiting],
            env=environment | {"HOSTNAME": name},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    with start("one") as one:
        assert one.stdout.readline() == f"{scratch}/one\n"
        (scratch / "one/blockmgr").mkdir()
        with start("two") as two:
            assert two.stdout.readline() == f"{scratch}/two\n"
            assert sorted(path.name for path in scratch.glob("[!.]*")) == ["one", "two"]
            assert (scratch / "one/blockmgr").is_dir()
            two.kill()
        with start("three") as three:
            three.stdout.readline()
            assert sorted(path.name for path in scratch.glob("[!.]*")) == ["one", "three"]
            three.kill()
        one.kill()


def test_links_from_one_ui_to_another_have_the_port_that_the_browser_uses():
    other = compose_file.load(compose_file.secrets() | {"HTTP_PORT": "8080"})["services"]
    links = re.findall(r"http://(dagster|grafana|spark)\.localhost([^\s'\"]*)", str(other).replace("\\n", "\n"))
    assert set(links) == {("dagster", ":8080"), ("grafana", ":8080"), ("spark", ":8080")}


def test_no_address_of_a_ui_lacks_the_port_that_the_browser_uses():
    code = "\n".join(line for line in compose_file.text().splitlines() if not line.lstrip().startswith("#"))
    addresses = re.findall(r"http://[\w.]*localhost(?!:\d)([^\s'\"]*)", code)
    assert {address.replace("}}", "}") for address in addresses} == {":${HTTP_PORT:-80}"}


def test_the_addresses_behind_a_reverse_proxy_are_those_of_links_and_of_the_name_that_dagster_answers_to():
    own = {"DAGSTER_URL": "https://dagster.example.org", "GRAFANA_URL": "https://grafana.example.org"}
    services = compose_file.load(compose_file.secrets() | own)["services"]
    for name in ("dagster-code", "dagster-webserver", "dagster-daemon"):
        assert services[name]["environment"]["SHOP_DAGSTER_URL"] == own["DAGSTER_URL"]
    assert services["grafana"]["environment"]["GF_SERVER_ROOT_URL"] == own["GRAFANA_URL"]


@pytest.mark.parametrize("name", PIPELINE)
def test_the_settings_that_a_service_gets_are_complete_and_none_is_unknown(name, monkeypatch, tmp_path):
    given = {key: str(value) for key, value in SERVICES[name]["environment"].items() if key.startswith("SHOP_")}
    given |= {"SHOP_PII_KEYS": f"k1:{base64.b64encode(bytes(range(64))).decode()}", "SHOP_HOME": str(tmp_path)}
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    for key, value in given.items():
        monkeypatch.setenv(key, value)
    settings = Settings.load()
    assert settings.kafka_security_protocol == "SASL_PLAINTEXT"
    assert settings.clickhouse_spark_user == ("analyst" if name == "jupyter" else "spark")
    assert settings.clickhouse_reader_user == ("analyst" if name == "jupyter" else "grafana")


LEFT_AS_THEY_ARE = {
    "of the embedded stack alone": {"home", "cache", "java_home"},
    "of servers elsewhere: TLS, a cluster, another port": {
        "clickhouse_ca_file", "clickhouse_cluster", "clickhouse_port", "clickhouse_secure", "kafka_ca_file",
        "s3_region", "telegram_api_url",
    },
    "names, which need not differ": {
        "kafka_topic_prefix", "mongo_database", "s3_landing_bucket", "s3_features_bucket", "s3_reports_bucket",
    },
    "sizes that suit one machine": {
        "kafka_cleanup_policy", "kafka_partitions", "kafka_retention_hours", "spark_read_partitions", "spark_runs",
    },
    "how far the clocks of tills are trusted": {"clock_slack_seconds"},
    "of a shop whose fields have other names": {"mapping"},
    "other ways to give the key ring": {"pii_keys_file", "pii_keys_command"},
    "how values are read that could be two": {"source_timezone", "number_comma", "date_order"},
    "what the business expects: Grafana's files are built with the same defaults": {
        "first_day", "expected_stores", "minimum_purchases", "minimum_products", "maximum_duplicate_ratio",
        "maximum_rejected_share", "maximum_data_age_hours", "maximum_feature_jump", "maximum_unread_share",
        "minimum_delivered_share", "maximum_wrong_amounts",
    },
}  # fmt: skip


def test_every_setting_is_given_by_compose_or_by_the_image_or_is_left_as_it_is_for_a_reason():
    environments = [service.get("environment") or {} for service in SERVICES.values()]
    image = (EXAMPLE.parent / "Dockerfile").read_text(encoding="utf-8")
    given = {key for environment in environments for key in environment} | set(re.findall(r"SHOP_\w+", image))
    left = {variable(field) for fields in LEFT_AS_THEY_ARE.values() for field in fields}
    assert {variable(field) for field in Settings.model_fields} - given == left


def test_settings_that_compose_leaves_can_be_put_into_a_file_that_the_code_server_alone_reads():
    files = {name: service["env_file"] for name, service in SERVICES.items() if "env_file" in service}
    assert files == {"dagster-code": [{"path": "shop.env", "required": False}]}


def test_hosts_that_the_settings_name_are_services_on_the_back_network():
    environment = SERVICES["dagster-code"]["environment"]
    hosts = {
        *re.findall(r"//(?:[^@/]*@)?([\w-]+):", environment["SHOP_S3_ENDPOINT"] + " " + environment["SHOP_MONGO_URI"]),
        environment["SHOP_KAFKA_BOOTSTRAP_SERVERS"].split(":")[0],
        environment["SHOP_CLICKHOUSE_HOST"],
    }
    assert hosts == {"s3", "mongodb", "kafka-1", "clickhouse"}
    assert all("back" in networks(host) for host in hosts)


def test_who_explores_in_a_notebook_has_none_of_the_pipelines_secrets():
    pipeline, notebook = (SERVICES[name]["environment"] for name in ("dagster-code", "jupyter"))
    secrets = {value for name, value in compose_file.secrets().items() if not compose_file.variables_of_example()[name]}
    shared = {name for name in pipeline.keys() & notebook.keys() if pipeline[name] == notebook[name]}
    assert [name for name in shared if any(secret in str(notebook[name]) for secret in secrets)] == []
    # Nor those that somebody may add to .env: what is a secret among the settings, and differs from nobody's.
    settings = {variable(name) for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)}
    assert not shared & settings
    assert notebook["SHOP_KAFKA_USERNAME"] == "notebooks"
    assert notebook["SHOP_CLICKHOUSE_USER"] == notebook["SHOP_CLICKHOUSE_SPARK_USER"] == "analyst"
    assert notebook["SHOP_MONGO_URI"].startswith("mongodb://reader:")


@pytest.mark.parametrize("name", NAMES)
def test_what_shells_and_python_are_given_can_be_parsed(name):
    service = SERVICES[name]
    health = service.get("healthcheck", {}).get("test", ["NONE"])
    if "python" in health:
        ast.parse(health[-1])
    scripts = ["\n".join(service["command"])] if "entrypoint" in service else []
    scripts += [health[1]] if health[0] == "CMD-SHELL" else []
    for script in scripts:
        done = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
