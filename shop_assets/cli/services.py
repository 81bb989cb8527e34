"""Which services a command works on: those that the environment names, else the embedded stack."""

import os

from shop_assets.settings import Settings, variable


def environment_names_services() -> bool:
    """Whether the environment names a MongoDB; the embedded stack is not touched then.

    What `eval "$(shop env)"` exported is the embedded stack's and does not count: it is forgotten before a command.
    """
    return bool(os.environ.get(variable("mongo_uri")))


def ensure_services() -> Settings:
    """The settings of services that can be used now; starts the embedded stack where the environment names none.

    Raises ShopError when a setting is wrong, or the stack does not start.
    """
    if not environment_names_services():
        from shop_assets.embedded.stack import up

        up()
    return Settings.load()
