"""Which back ends a command works on: those that the environment names, else the embedded stack."""

import os

from shop_assets.settings import Settings, variable


def ensure_back_ends() -> Settings:
    """The settings of back ends that can be used now; starts the embedded stack where the environment names none.

    Raises ShopError when a setting is wrong, or the stack does not start.
    """
    if variable("mongo_uri") not in os.environ:
        from shop_assets.embedded.stack import up

        up()
    return Settings.load()
