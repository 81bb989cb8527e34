"""How many documents there are of each kind, and whether that is as expected."""

from typing import Final

from shop_assets.dashboards.panels import Dashboard, Panel, PanelType, Unit, Value
from shop_assets.dashboards.titles import KIND_TITLES
from shop_assets.documents import kinds


def _expected(kind: kinds.DocumentKind, wanted: str, minimum: str | None = None, maximum: str | None = None) -> Panel:
    limits = {"minimum": minimum, "maximum": maximum}
    return Panel(
        title=KIND_TITLES[kind.name],
        description=f"{wanted} Считаются документы витрины MART, каждый id один раз.",
        query="dashboards/expected_counts",
        type=PanelType.STATUS_TILES,
        label="name",
        values=(Value("documents", "документов"),),
        fixed_parameters={"title": KIND_TITLES[kind.name], "kind": kind.name}
        | {name: 0 for name, setting in limits.items() if setting is None},
        setting_parameters={name: setting for name, setting in limits.items() if setting},
        width=6,
        height=5,
    )


COUNTS: Final = Dashboard(
    uid="shop-counts",
    title="Количество",
    description="Сколько документов каждого вида и совпадает ли это с ожиданием.",
    days=90,
    is_current=True,
    panels=(
        _expected(kinds.STORES, "Ровно столько, сколько магазинов в сети.", "expected_stores", "expected_stores"),
        _expected(kinds.PURCHASES, "Не меньше ожидаемого.", "minimum_purchases"),
        _expected(kinds.PRODUCTS, "Не меньше ожидаемого.", "minimum_products"),
        _expected(kinds.CUSTOMERS, "Ожидаемое число не задано."),
        Panel(
            title="Документы по видам: RAW и MART",
            description="Неудалённые документы в RAW; из них показаны в MART, отклонены и исключены: не продажи и "
            "помеченные удалёнными.",
            query="dashboards/documents_by_stage",
            type=PanelType.GROUPED_COLUMNS,
            label="kind",
            values=(
                Value("raw_living", "RAW"),
                Value("mart_shown", "MART"),
                Value("mart_rejected", "отклонено"),
                Value("mart_excluded", "исключено"),
            ),
        ),
        Panel(
            title="Товары по группам",
            description="Число товаров в пяти группах; «Не определена» — не подошла ни одна или подошло несколько.",
            query="dashboards/products_by_group",
            type=PanelType.BARS,
            label="product_group_name",
            values=(Value("products", "товаров"),),
        ),
        Panel(
            title="Покупатели по магазинам",
            description="Сколько покупателей зарегистрировано в каждом магазине: в каждом должен быть хотя бы один.",
            query="dashboards/customers_by_store",
            type=PanelType.COLUMNS,
            label="store_id",
            values=(Value("customers", "покупателей"), Value("city", "город", Unit.TEXT)),
            width=24,
        ),
    ),
)
