"""No secret stands on a command line: every user of a machine can read /proc/*/cmdline."""

import re

import pytest
import yaml

from shop_assets_tests.full_stack import compose_file
from shop_assets_tests.full_stack.compose_file import ROOT
from shop_assets_tests.full_stack.shell_commands import on_command_lines

SERVICES = compose_file.services()
SECRETS = {
    value for name, value in compose_file.secrets().items() if not compose_file.variables_of_example()[name]
}  # of .env: those that `make secrets` fills in
SHELLS = {"sh", "bash"}


def commands(service: dict) -> list[list[str]]:
    """The argument lists that Docker runs: the process of the service, and its health check."""
    health = service.get("healthcheck", {}).get("test", ["NONE"])
    check = ["/bin/sh", "-c", *health[1:]] if health[0] == "CMD-SHELL" else health[1:]
    return [[*service.get("entrypoint", []), *service.get("command", [])], check]


def secret_variables(service: dict) -> set[str]:
    return {
        name
        for name, value in service.get("environment", {}).items()
        if any(secret in str(value) for secret in SECRETS)
    }


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_command_of_compose_shows_a_secret(name: str) -> None:
    service = SERVICES[name]
    for command in commands(service):
        assert not [argument for argument in command if any(secret in argument for secret in SECRETS)]
        script = command[-1] if command else ""
        assert on_command_lines(script, secret_variables(service)) == set(), script


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ('clickhouse-client --user loader --password "$SECRET" --query "SELECT 1"', True),
        ('umask 077\nmongosh "mongodb://root:${SECRET}@host/db" --eval "$SETUP"', True),
        ("if true; then curl -u user:$SECRET http://x; fi", True),
        ("exec java -Dpassword=$SECRET Main", True),
        ("true &&\n  kafka-storage.sh format $SECRET", True),
        ("SECRET=$SECRET env PASSWORD=$SECRET tool", True),
        ('TOOL_PASSWORD="$SECRET" tool --multiquery "SELECT 1"', False),
        ("printenv SECRET > /tmp/file", False),
        ('printf %s "$SECRET" > /tmp/file\nexec tool --file /tmp/file', False),
        ("tool '$SECRET'", False),
    ],
)
def test_the_search_finds_what_it_is_for(script: str, shown: bool) -> None:
    assert bool(on_command_lines(script, {"SECRET"})) is shown


def test_makefile_dockerfile_and_workflows_take_no_secret_as_an_argument() -> None:
    names = {name for name, value in compose_file.variables_of_example().items() if not value}
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$$", "$")
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    scripts = [line for line in (recipes + dockerfile).splitlines() if not line.lstrip().startswith("#")]
    for workflow in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
        steps = [step for job in jobs.values() for step in job.get("steps", [])]
        scripts += [line for step in steps for line in str(step.get("run", "")).splitlines()]
        assert not [step["run"] for step in steps if re.search(r"\$\{\{\s*secrets\.", str(step.get("run", "")))]
    for script in scripts:
        assert not set(re.findall(r"\$\{?(\w+)", script)) & names, script
    assert not re.findall(r"(?i)^\s*(?:ARG|ENV)\s+\w*(?:password|secret|token|key)\w*", dockerfile, re.MULTILINE)
