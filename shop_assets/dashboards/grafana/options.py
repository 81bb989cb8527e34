"""Options that several visualizations share: units, names of columns, legends and tooltips."""

from typing import Final

from grafana_foundation_sdk.builders import common
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue

from shop_assets.dashboards.panels import Unit, Value

UNITS: Final = {
    Unit.COUNT: "locale",
    Unit.SHARE: "percentunit",
    Unit.ROUBLES: "currencyRUB",
    Unit.HOURS: "h",
    Unit.TIME: "time:DD.MM.YYYY HH:mm",
    Unit.TEXT: "string",
}


def title_and_unit(value: Value) -> list[DynamicConfigValue]:
    """The title and the unit of a column."""
    return [
        DynamicConfigValue(id_val="displayName", value=value.title),
        DynamicConfigValue(id_val="unit", value=UNITS[value.unit]),
    ]


def keep_columns(columns: tuple[str, ...]) -> DataTransformerConfig:
    """Remove every other column from the rows."""
    return DataTransformerConfig(id_val="filterFieldsByName", options={"include": {"names": list(columns)}})


def all_series_tooltip() -> common.VizTooltipOptions:
    """A tooltip of all series at a moment."""
    return common.VizTooltipOptions().mode(options.TooltipDisplayMode.MULTI)


def legend_below() -> common.VizLegendOptions:
    """A legend below the panel."""
    legend = common.VizLegendOptions().show_legend(True).placement(options.LegendPlacement.BOTTOM)
    return legend.display_mode(options.LegendDisplayMode.LIST)


def no_legend() -> common.VizLegendOptions:
    """No legend, where there is one series."""
    return common.VizLegendOptions().show_legend(False)
