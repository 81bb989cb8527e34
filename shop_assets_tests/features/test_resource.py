"""Spark's configuration, and its life: nothing of it is left when the work is done."""

import json
import os
import subprocess
import sys

import psutil
import pytest
from dagster import build_resources

from shop_assets.features import resource
from shop_assets.features.resource import spark_configuration, spark_resource
from shop_assets.java import JavaError
from shop_assets.settings import Settings


def test_the_configuration_holds_no_secret(stack_settings: Settings) -> None:
    said = json.dumps(spark_configuration(stack_settings)) + repr(spark_resource(stack_settings))
    for secret in (stack_settings.s3_secret_key, stack_settings.clickhouse_password, stack_settings.mongo_uri):
        assert secret.get_secret_value() not in said


def test_a_local_spark_listens_on_the_loopback_alone_and_a_cluster_is_left_to_itself(stack_settings: Settings) -> None:
    assert spark_configuration(stack_settings)["spark.driver.bindAddress"] == "127.0.0.1"
    cluster = spark_configuration(stack_settings.model_copy(update={"spark_master": "spark://master:7077"}))
    assert cluster["spark.master"] == "spark://master:7077"
    assert "spark.driver.bindAddress" not in cluster
    assert "SerialGC" not in cluster["spark.driver.extraJavaOptions"]


def test_no_option_of_java_has_a_blank_in_a_checkout_whose_path_has_one(
    stack_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "__file__", "/my shop, 2026/shop_assets/features/resource.py")
    options = spark_configuration(stack_settings)["spark.driver.extraJavaOptions"].split()
    assert all(option.startswith("-") for option in options)
    (location,) = (option.partition("=")[2] for option in options if "log4j2" in option)
    assert location == "file:///my%20shop%2C%202026/shop_assets/features/log4j2.properties"


def test_a_resource_that_is_not_used_starts_nothing(stack_settings: Settings) -> None:
    before = len(psutil.Process().children())
    with spark_resource(stack_settings).on_demand():
        assert len(psutil.Process().children()) == before


def test_a_java_that_cannot_run_spark_is_said_before_spark_is_started(
    stack_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", os.environ.get("JAVA_HOME", ""))
    spark = spark_resource(stack_settings.model_copy(update={"java_home": "/nowhere"}))
    with (
        spark.on_demand() as start,
        pytest.raises(JavaError, match=r"SHOP_JAVA_HOME names /nowhere.*Set SHOP_JAVA_HOME to"),
    ):
        start()


@pytest.mark.slow
def test_a_java_that_is_killed_is_named_and_the_next_use_has_another_one(stack_settings: Settings) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "shop_assets_tests.features.killed_java"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    saw = json.loads(ran.stdout.splitlines()[-1])
    assert "SparkJobError" in saw["kinds"]
    assert "Spark's Java ended (SIGKILL)" in saw["text"]
    assert saw["is_transient"]
    assert (saw["left"], saw["counted"]) == (0, 1000)


def test_dagster_can_make_the_resource(stack_settings: Settings) -> None:
    with build_resources({"spark": spark_resource(stack_settings)}) as resources:
        assert resources.spark.spark_config["spark.sql.session.timeZone"] == "UTC"
