"""Runs that fail in the ways that notifications report."""

from collections.abc import Iterator

import dagster as dg

PHONE, E_MAIL = "+7 (900) 123-45-67", "ivan.petrov@example.com"
MANY = 13


class Trouble(dg.Config):
    """Whether the asset fails, and how many of its checks pass."""

    fails: bool = False
    passing: int = 2


@dg.asset(name="mart")
def _mart(config: Trouble) -> None:
    if config.fails:
        raise ValueError(f"customer with {E_MAIL} and {PHONE}")


@dg.multi_asset_check(
    specs=[dg.AssetCheckSpec("counts", asset="mart"), dg.AssetCheckSpec("references", asset="mart")], name="two"
)
def _two(config: Trouble) -> Iterator[dg.AssetCheckResult]:
    description = f"120 purchases, expected at least 200, says {E_MAIL} at {PHONE}"
    yield dg.AssetCheckResult(
        passed=config.passing >= 1, check_name="counts", asset_key="mart", description=description
    )
    yield dg.AssetCheckResult(
        passed=config.passing >= 2, check_name="references", asset_key="mart", severity=dg.AssetCheckSeverity.WARN
    )


@dg.multi_asset_check(specs=[dg.AssetCheckSpec(f"check_{n}", asset="mart") for n in range(MANY)], name="many")
def _many() -> Iterator[dg.AssetCheckResult]:
    for number in range(MANY):
        yield dg.AssetCheckResult(
            passed=False, check_name=f"check_{number}", asset_key="mart", description="слово " * 100
        )


_DEFINITIONS = dg.Definitions(
    assets=[_mart],
    asset_checks=[_two, _many],
    jobs=[
        dg.define_asset_job(
            "night", dg.AssetSelection.assets("mart").without_checks() | dg.AssetSelection.checks(_two)
        ),
        dg.define_asset_job("many", dg.AssetSelection.checks(_many)),
    ],
)
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run(
    instance: dg.DagsterInstance, *, fails: bool = False, passing: int = 2, tags: dict[str, str] | None = None
) -> str:
    """Runs `night`: its asset fails, or so many of its two checks pass. Gives the run's id."""
    config = {"config": {"fails": fails, "passing": passing}}
    done = _DEFINITIONS.resolve_job_def("night").execute_in_process(
        instance=instance, run_config={"ops": {"mart": config, "two": config}} | _QUIET, tags=tags, raise_on_error=False
    )
    return done.run_id


def run_many(instance: dg.DagsterInstance) -> None:
    """Runs `many`: none of its checks passes."""
    _DEFINITIONS.resolve_job_def("many").execute_in_process(instance=instance, run_config=_QUIET)
