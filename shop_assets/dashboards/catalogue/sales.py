"""Sales: when, where and how."""

from typing import Final

from shop_assets.dashboards.panels import Dashboard, Panel, PanelType, Unit, Value

_REVENUE: Final = Value("revenue", "выручка", Unit.ROUBLES)
_PURCHASES: Final = Value("purchases", "покупок")


def _by(dimension: str, title: str, panel_type: PanelType, width: int) -> Panel:
    return Panel(
        title=title,
        description="Выручка за период.",
        query="dashboards/sales_by_dimension",
        type=panel_type,
        label="name",
        values=(_REVENUE, _PURCHASES),
        fixed_parameters={"dimension": dimension},
        width=width,
        height=12 if panel_type is PanelType.BARS else 8,
    )


SALES: Final = Dashboard(
    uid="shop-sales",
    title="Продажи",
    description="Выручка и покупки по дням, магазинам, городам, форматам, группам товаров, способам оплаты и доставки.",
    days=90,
    is_current=False,
    panels=(
        Panel(
            title="Итоги за период",
            description="Выручка, число покупок, средний чек и число покупателей за период.",
            query="dashboards/sales_totals",
            type=PanelType.NUMBER_TILES,
            values=(
                _REVENUE,
                _PURCHASES,
                Value("average_basket", "средний чек", Unit.ROUBLES),
                Value("buyers", "покупателей"),
            ),
            width=24,
            height=5,
        ),
        Panel(
            title="Выручка по дням",
            description="День — календарные сутки в часовом поясе сети (SHOP_TIMEZONE).",
            query="dashboards/sales_by_day",
            type=PanelType.TIME_COLUMNS,
            time="day",
            values=(_REVENUE,),
            width=24,
        ),
        Panel(
            title="Покупки по дням",
            description="Сколько покупок сделано за день.",
            query="dashboards/sales_by_day",
            type=PanelType.TIME_COLUMNS,
            time="day",
            values=(_PURCHASES,),
        ),
        Panel(
            title="Средний чек по дням",
            description="Выручка за день, делённая на число покупок.",
            query="dashboards/sales_by_day",
            type=PanelType.LINES,
            time="day",
            values=(Value("average_basket", "средний чек", Unit.ROUBLES),),
        ),
        Panel(
            title="Магазины на карте",
            description="Круг — магазин, площадь круга — выручка за период.",
            query="dashboards/sales_by_store",
            type=PanelType.MAP,
            label="store_id",
            values=(_REVENUE, Value("city", "город", Unit.TEXT), _PURCHASES),
            width=24,
            height=14,
        ),
        _by("city", "Выручка по городам", PanelType.BARS, 12),
        Panel(
            title="Товары с наибольшей выручкой",
            description="Топ-15 товаров за период.",
            query="dashboards/top_products",
            type=PanelType.BARS,
            label="name",
            values=(_REVENUE, Value("lines", "позиций")),
            height=12,
        ),
        Panel(
            title="Выручка по группам товаров",
            description="По позициям чеков; группа определяется по словам категории товара.",
            query="dashboards/sales_by_group",
            type=PanelType.BARS,
            label="name",
            values=(_REVENUE, Value("lines", "позиций")),
        ),
        Panel(
            title="Выручка по магазинам",
            description="По убыванию выручки.",
            query="dashboards/sales_by_store",
            type=PanelType.COLUMNS,
            label="store_id",
            values=(_REVENUE, Value("city", "город", Unit.TEXT), Value("network", "формат", Unit.TEXT), _PURCHASES),
        ),
        _by("network", "Форматы", PanelType.SHARES, 8),
        _by("payment", "Оплата", PanelType.SHARES, 8),
        _by("delivery", "Доставка", PanelType.SHARES, 8),
    ),
)
