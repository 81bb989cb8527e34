"""Which back ends a command works on: those that the environment names, else the embedded stack."""

import os
from pathlib import Path

from dotenv import dotenv_values

from shop_assets.settings import DEFAULT_HOME, STACK_ENV, Settings, variable


def environment_names_back_ends() -> bool:
    """Whether the environment names a MongoDB of its own; the embedded stack is not touched then.

    The variables of `eval "$(shop env)"` are the embedded stack's: they do not count.
    """
    named = os.environ.get(variable("mongo_uri"))
    home = Path(os.environ.get(variable("home")) or DEFAULT_HOME).expanduser()
    return named is not None and named != dotenv_values(home / STACK_ENV).get(variable("mongo_uri"))


def ensure_back_ends() -> Settings:
    """The settings of back ends that can be used now; starts the embedded stack where the environment names none.

    Raises ShopError when a setting is wrong, or the stack does not start.
    """
    if not environment_names_back_ends():
        from shop_assets.embedded.stack import up

        up()
    return Settings.load()
