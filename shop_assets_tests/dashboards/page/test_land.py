"""The outline of land on the map of stores."""

import json
from importlib.resources import files

import vl_convert

from shop_assets.dashboards.page.charts import CHARTS
from shop_assets.dashboards.page.land import View, outlines_in
from shop_assets.dashboards.page.theme import chart_config
from shop_assets.dashboards.panels import PanelType

RUSSIA = View(west=26, east=88, south=44, north=62)


def test_land_and_the_caspian_sea_are_cut_off_at_the_edges_of_the_view():
    found = outlines_in(RUSSIA)
    for points in (found.land, found.water):
        assert len(points) > 10
        assert all(26 <= point["longitude"] <= 88 and 44 <= point["latitude"] <= 62 for point in points)
    assert outlines_in(View(west=-40, east=-30, south=20, north=30)).land == []  # the Atlantic


def test_a_view_has_room_around_a_single_store():
    assert View.around([(37.6, 55.7)], margin=0.1, least=1) == View(36.6, 38.6, 54.7, 56.7)


def test_the_map_of_the_page_is_drawn_with_its_land(page):
    (specification,) = (chart for chart in page.charts.values() if "latitude" in json.dumps(chart))
    svg = vl_convert.vegalite_to_svg({**specification, "config": chart_config("light")})
    assert svg.count("M") > 45
    styles = {json.dumps(layer["mark"]) for layer in specification["layer"]}
    assert any('"land"' in style for style in styles)
    assert PanelType.MAP in CHARTS
    assert files("shop_assets.dashboards.page").joinpath("land-110m.json").is_file()
