"""Whether the data is correct: duplicates, rejects, differences, age and encryption."""

from typing import Final

from shop_assets.dashboards.panels import Dashboard, Panel, PanelType, Unit, Value

QUALITY: Final = Dashboard(
    uid="shop-quality",
    title="Качество",
    description="Дубли, отклонённые документы, расхождения RAW и MART, свежесть, шифрование.",
    days=30,
    is_current=True,
    panels=(
        Panel(
            title="Доля дублей в таблицах RAW",
            description="1 − различные (id, содержание) / строки. Дубли дают повторы выгрузки; в MART их не бывает.",
            query="dashboards/duplicate_ratios",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("duplicate_ratio", "доля дублей", Unit.SHARE),),
            height=6,
        ),
        Panel(
            title="Расхождения MART и RAW",
            description="Документы, которые MART показывает не так, как говорит новейшее сообщение RAW. Норма — ноль.",
            query="dashboards/mart_differences",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("differences", "документов"),),
            height=6,
        ),
        Panel(
            title="Как менялась доля дублей",
            description="Доля дублей после каждого часа, в который что-то пришло, и сейчас. Линия «предел» — порог.",
            query="dashboards/duplicate_ratio_trend",
            type=PanelType.LINES,
            time="moment",
            label="name",
            values=(Value("duplicate_ratio", "доля дублей", Unit.SHARE),),
            limit_series="предел",
        ),
        Panel(
            title="Сообщения, пришедшие в RAW",
            description="Сколько строк приняла каждая таблица RAW за день.",
            query="dashboards/arrivals_by_day",
            type=PanelType.TIME_COLUMNS,
            time="day",
            label="name",
            values=(Value("messages", "сообщений"),),
        ),
        Panel(
            title="Доля отклонённых документов",
            description="Отклонено / (показано + отклонено). Отклонённое не пропадает: оно лежит в mart.rejects.",
            query="dashboards/rejected_shares",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("rejected_share", "отклонено", Unit.SHARE),),
            height=6,
        ),
        Panel(
            title="Возраст данных",
            description="Сколько прошло с тех пор, как пришла последняя покупка, и с 10:00 UTC, когда должен был выйти "
            "отчёт последнего опубликованного дня.",
            query="dashboards/data_age",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("age_hours", "возраст", Unit.HOURS),),
            height=6,
        ),
        Panel(
            title="Причины отклонения",
            description="Документ с двумя причинами посчитан в каждой.",
            query="dashboards/rejects_by_reason",
            type=PanelType.TABLE,
            values=(
                Value("kind", "вид", Unit.TEXT),
                Value("reason", "причина", Unit.TEXT),
                Value("documents", "документов"),
            ),
        ),
        Panel(
            title="Зашифровано телефонов и e-mail",
            description="Доля значений в зашифрованном виде среди всех, что есть в MART. Норма — 100 %.",
            query="dashboards/encrypted_shares",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("encrypted_share", "зашифровано", Unit.SHARE),),
        ),
    ),
)
