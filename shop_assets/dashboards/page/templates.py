"""The templates of the pages, and the texts that they take unchanged: styles and scripts."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def page_environment() -> Environment:
    """The templates beside this module; what they print is escaped for HTML."""
    return Environment(
        loader=PackageLoader("shop_assets.dashboards.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def own_text(environment: Environment, name: str) -> Markup:
    """A file beside this module, not escaped."""
    loader = environment.loader
    assert loader is not None
    text, _, _ = loader.get_source(environment, name)
    return Markup(text)  # noqa: S704  # a file of the project
