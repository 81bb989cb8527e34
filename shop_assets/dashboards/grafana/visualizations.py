"""Panels as Grafana's visualizations, with the options that the panel's definition implies."""

from collections.abc import Callable, Mapping
from typing import Final

from grafana_foundation_sdk.builders import (
    barchart,
    common,
    geomap,
    heatmap,
    piechart,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    GridPos,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.piechart import PieChartLabels, PieChartType

from shop_assets.dashboards.grafana.options import (
    UNITS,
    all_series_tooltip,
    keep_columns,
    legend_below,
    no_legend,
    title_and_unit,
)
from shop_assets.dashboards.grafana.source import SOURCE, Format, Query
from shop_assets.dashboards.panels import Panel, PanelType

LARGE: Final = 60
"""Font size of the number on a tile."""

Visualization = (
    stat.Panel | barchart.Panel | timeseries.Panel | piechart.Panel | geomap.Panel | heatmap.Panel | table.Panel
)


def visualization(panel: Panel, number: int, place: GridPos, statement: str) -> Visualization:
    """Build the visualization of a panel, with its id, place and query."""
    drawn = VISUALIZATIONS[panel.type](panel)
    return (
        drawn.id(number)
        .title(panel.title)
        .description(panel.description)
        .grid_pos(place)
        .datasource(SOURCE)
        .no_value("нет данных")
        .with_target(Query(statement, Format.TIMESERIES if panel.time else Format.TABLE))
    )


def _status_tiles(panel: Panel) -> stat.Panel:
    # Each row becomes a field with its own colour: Grafana's thresholds cannot come from variables.
    columns = {str(panel.label): "field.name", panel.value.column: "field.value", "color": "color"}
    mappings = [{"fieldName": column, "handlerKey": handler} for column, handler in columns.items()]
    return (
        stat.Panel()
        .unit(UNITS[panel.value.unit])
        .with_transformation(DataTransformerConfig(id_val="rowsToFields", options={"mappings": mappings}))
        .color_mode(options.BigValueColorMode.BACKGROUND)
        .graph_mode(options.BigValueGraphMode.NONE)
        .text_mode(options.BigValueTextMode.VALUE_AND_NAME)
        .text(common.VizTextDisplayOptions().value_size(LARGE))
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False).fields(""))
    )


def _number_tiles(panel: Panel) -> stat.Panel:
    drawn = (
        stat.Panel()
        .color_mode(options.BigValueColorMode.NONE)
        .graph_mode(options.BigValueGraphMode.NONE)
        .text_mode(options.BigValueTextMode.VALUE_AND_NAME)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False).fields(""))
    )
    for value in panel.values:
        drawn.override_by_name(value.column, title_and_unit(value))
    return drawn


def _bar_chart(panel: Panel) -> barchart.Panel:
    """Bars of the first value; the others are in the tooltip."""
    drawn = (
        barchart.Panel().x_field(str(panel.label)).fill_opacity(80).tooltip(all_series_tooltip()).legend(no_legend())
    )
    for value in panel.values:
        properties = title_and_unit(value)
        if value is not panel.value:
            hidden = {"viz": True, "legend": True, "tooltip": False}
            properties.append(DynamicConfigValue(id_val="custom.hideFrom", value=hidden))
        drawn.override_by_name(value.column, properties)
    return drawn


def _bars(panel: Panel) -> barchart.Panel:
    return _bar_chart(panel).orientation(options.VizOrientation.HORIZONTAL).show_value(options.VisibilityMode.ALWAYS)


def _columns(panel: Panel) -> barchart.Panel:
    return (
        _bar_chart(panel)
        .orientation(options.VizOrientation.VERTICAL)
        .show_value(options.VisibilityMode.NEVER)
        .x_tick_label_rotation(-60)
    )


def _grouped_columns(panel: Panel) -> barchart.Panel:
    # Grafana draws all numbers: the columns that the panel does not name are removed first.
    drawn = (
        barchart.Panel().x_field(str(panel.label)).fill_opacity(80).tooltip(all_series_tooltip()).legend(legend_below())
    )
    drawn.with_transformation(keep_columns(panel.columns)).show_value(options.VisibilityMode.NEVER)
    for value in panel.values:
        drawn.override_by_name(value.column, title_and_unit(value))
    return drawn


def _shares(panel: Panel) -> piechart.Panel:
    return (
        piechart.Panel()
        .unit(UNITS[panel.value.unit])
        .with_transformation(keep_columns((str(panel.label), panel.value.column)))
        .pie_type(PieChartType.DONUT)
        .display_labels([PieChartLabels.PERCENT])
        .legend(
            piechart.PieChartLegendOptions()
            .show_legend(True)
            .display_mode(options.LegendDisplayMode.LIST)
            .placement(options.LegendPlacement.BOTTOM)
        )
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(True).fields(""))
    )


def _over_time(panel: Panel) -> timeseries.Panel:
    drawn = timeseries.Panel().tooltip(all_series_tooltip()).unit(UNITS[panel.value.unit]).axis_soft_min(0)
    if panel.label is not None:
        drawn.legend(legend_below()).display_name(f"${{__field.labels.{panel.label}}}")
    elif len(panel.values) > 1:
        drawn.legend(legend_below())
    else:
        drawn.legend(no_legend())
    if panel.label is None:
        for value in panel.values:
            drawn.override_by_name(value.column, title_and_unit(value))
    return drawn


def _time_columns(panel: Panel) -> timeseries.Panel:
    drawn = _over_time(panel).draw_style(options.GraphDrawStyle.BARS).fill_opacity(80).line_width(0)
    if panel.label is not None:
        drawn.stacking(common.StackingConfig().mode(options.StackingMode.NORMAL))
    return drawn


def _lines(panel: Panel) -> timeseries.Panel:
    drawn = _over_time(panel).draw_style(options.GraphDrawStyle.LINE).line_width(2)
    drawn.show_points(options.VisibilityMode.ALWAYS).span_nulls(True)
    if panel.limit_series is not None:
        drawn.override_by_regexp(
            f"/{panel.limit_series}/",
            [
                DynamicConfigValue(id_val="color", value={"mode": FieldColorModeId.FIXED, "fixedColor": "red"}),
                DynamicConfigValue(id_val="custom.lineStyle", value={"fill": "dash", "dash": [10, 10]}),
                DynamicConfigValue(id_val="custom.showPoints", value="never"),
            ],
        )
    return drawn


def _map(panel: Panel) -> geomap.Panel:
    style = {
        "size": {"field": panel.value.column, "fixed": 5, "min": 4, "max": 24},
        "color": {"fixed": "blue"},
        "opacity": 0.6,
    }
    places = (
        common.FrameGeometrySource()
        .mode(options.FrameGeometrySourceMode.COORDS)
        .latitude("latitude")
        .longitude("longitude")
    )
    layer = (
        common.MapLayerOptions()
        .type("markers")
        .name(panel.title)
        .config({"showLegend": False, "style": style})
        .location(places)
        .tooltip(True)
    )
    drawn = geomap.Panel().layers([layer]).view(geomap.MapViewConfig().id("fit").all_layers(True).zoom(4))
    drawn.basemap(common.MapLayerOptions().type("default").name("Карта"))
    for value in panel.values:
        drawn.override_by_name(value.column, title_and_unit(value))
    return drawn


def _heatmap(panel: Panel) -> heatmap.Panel:
    return (
        heatmap.Panel()
        .calculate(False)
        .unit(UNITS[panel.value.unit])
        .display_name(f"${{__field.labels.{panel.label}}}")
        .color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues").min(0).max(1).steps(64))
        .cell_values(heatmap.CellValues().unit(UNITS[panel.value.unit]))
        .y_axis(heatmap.YAxisConfig().reverse(True).axis_placement(options.AxisPlacement.LEFT))
        .cell_gap(1)
        .show_legend()
    )


def _table(panel: Panel) -> table.Panel:
    drawn = table.Panel().with_transformation(keep_columns(panel.columns))
    for value in panel.values:
        drawn.override_by_name(value.column, title_and_unit(value))
    return drawn


VISUALIZATIONS: Final[Mapping[PanelType, Callable[[Panel], Visualization]]] = {
    PanelType.STATUS_TILES: _status_tiles,
    PanelType.NUMBER_TILES: _number_tiles,
    PanelType.BARS: _bars,
    PanelType.COLUMNS: _columns,
    PanelType.GROUPED_COLUMNS: _grouped_columns,
    PanelType.SHARES: _shares,
    PanelType.TIME_COLUMNS: _time_columns,
    PanelType.LINES: _lines,
    PanelType.MAP: _map,
    PanelType.HEATMAP: _heatmap,
    PanelType.TABLE: _table,
}
