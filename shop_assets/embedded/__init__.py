"""The stack without Docker: real services from packages, one module per service, supervised by `supervisord`.

This folder starts, watches and stops the services on this machine, and provides what they need (ports, credentials,
Java, jars). The stages only see the settings in `stack.env`, the same as those of the full stack. See
`docs/embedded.md`.
"""

from importlib.util import find_spec

from shop_assets.errors import ShopError

_missing = [name for name in ("filelock", "psutil", "supervisor") if find_spec(name) is None]
if _missing:
    raise ShopError(
        f"The embedded stack needs packages that are not installed ({', '.join(_missing)}): "
        "install the project with its extra `embedded`, or name other services (docs/settings.md)."
    )
