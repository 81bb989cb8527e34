"""The colours of the charts by light and by dark; those of the page itself are in `style.css`."""

from typing import Any, Final

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

SERIES: Final = {
    "light": ["#2f6fb5", "#d9822b", "#2a9d76", "#a353a8", "#c43d4b", "#7a7f87"],
    "dark": ["#5b9fe3", "#eda55d", "#4fc79c", "#c583ca", "#ea6a76", "#9aa2ad"],
}
SHADES: Final = {"light": ["#eef3f9", "#7fb0dd", "#134a80"], "dark": ["#1d2733", "#356a9c", "#8cc8ff"]}
INK: Final = {"light": "#1c2530", "dark": "#e6ebf1"}
FAINT_INK: Final = {"light": "#5b6673", "dark": "#9aa7b5"}
PAPER: Final = {"light": "#ffffff", "dark": "#10161d"}
LINE: Final = {"light": "#e3e7ec", "dark": "#2b3643"}


def chart_config(mode: str) -> dict[str, Any]:
    """Vega-Lite's configuration for `light` or `dark`."""
    accent = SERIES[mode][0]
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": "transparent"},
        "bar": {"color": accent},
        "line": {"color": accent, "strokeWidth": 2},
        "point": {"color": accent, "size": 28, "filled": True},
        "circle": {"color": accent},
        "text": {"color": INK[mode], "fontSize": 11},
        "style": {"part": {"fill": PAPER[mode], "fontWeight": "bold"}},
        "axis": {
            "labelColor": FAINT_INK[mode],
            "gridColor": LINE[mode],
            "domainColor": LINE[mode],
            "tickColor": LINE[mode],
            "labelFontSize": 11,
        },
        "legend": {"labelColor": FAINT_INK[mode], "labelFontSize": 11, "symbolType": "circle", "symbolSize": 70},
        "range": {"category": SERIES[mode], "heatmap": SHADES[mode], "ramp": SHADES[mode]},
        "numberFormat": ",d",
    }
