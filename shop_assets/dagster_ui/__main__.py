"""`python -m shop_assets.dagster_ui`: `dagster-webserver` with the guard, and with all of its options."""

import os
import sys

from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster_webserver import app
from dagster_webserver.cli import cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from shop_assets.dagster_ui.guard import guard
from shop_assets.settings import Settings, variable, web_address


class GuardedWebserver(DagsterWebserver[WorkspaceProcessContext, WorkspaceRequestContext]):
    """The webserver with the guard in front of its own middleware."""

    def build_middleware(self) -> list[Middleware]:
        """The guard first: what it refuses reaches nothing else."""
        return [*guard(_address()), *super().build_middleware()]


def _address() -> str:
    # Not from all settings: a webserver of its own, as in docker-compose.yml, has none of their secrets.
    return os.environ.get(variable("dagster_url")) or str(Settings.model_fields["dagster_url"].default)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    try:
        web_address(_address())
    except ValueError as error:  # without a host the guard would refuse every browser
        sys.exit(f"error: {variable('dagster_url')}: {error}")
    # The command builds the class that its module names, and has no option for another one.
    vars(app)[DagsterWebserver.__name__] = GuardedWebserver
    cli()


if __name__ == "__main__":
    main()
