"""What a sensor remembers from one tick to the next."""

from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError


class SensorCursor(BaseModel):
    """The base of cursors that start from their defaults where there is none that can be read."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read the cursor of the last tick.

        Args:
            text: What Dagster stored; None before the first tick.

        Returns:
            The cursor; a new one if there is none that can be read.
        """
        try:
            return cls.model_validate_json(text or "{}")
        except ValidationError:
            return cls()
