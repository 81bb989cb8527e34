"""Arguments that several commands share."""

from datetime import datetime
from typing import Annotated

import typer

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the report, as 2026-01-31.")]
