"""The names of the environment variables of settings."""

from typing import Final

PREFIX: Final = "SHOP_"


def variable(field: str) -> str:
    """Name the environment variable of a setting.

    Args:
        field: The field of `Settings`, for example `s3_endpoint`.

    Returns:
        For example `SHOP_S3_ENDPOINT`.
    """
    return f"{PREFIX}{field.upper()}"
