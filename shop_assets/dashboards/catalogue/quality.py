"""Whether the data is correct: duplicates, rejects, differences, age and encryption."""

from typing import Final

from shop_assets.dashboards.panels import GRID, Dashboard, Panel, PanelType, Unit, Value

QUALITY: Final = Dashboard(
    uid="shop-quality",
    title="Качество",
    description="Дубли, отклонённые документы, расхождения RAW и MART, свежесть, шифрование.",
    days=30,
    is_current=True,
    panels=(
        Panel(
            title="Доля дублей в таблицах RAW",
            description="1 − уникальные (id, payload) / строки. Дубли дают реплеи и снапшоты; в MART их не бывает.",
            query="dashboards/duplicate_ratios",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("duplicate_ratio", "доля дублей", Unit.SHARE),),
            height=6,
        ),
        Panel(
            title="Расхождения MART и RAW",
            description="Документы, у которых MART не совпадает с последним сообщением в RAW. Норма — 0.",
            query="dashboards/mart_differences",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("differences", "документов"),),
            height=6,
        ),
        Panel(
            title="Офсеты Kafka в RAW",
            description="Сколько офсетов RAW приняла дважды или не может учесть. Норма — 0: каждый офсет принят "
            "ровно один раз, удалён как дубль или признан потерянным. При log compaction сюда входят и сообщения, "
            "удалённые самой Kafka.",
            query="dashboards/raw_offset_faults",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("faulty_offsets", "офсетов"),),
            height=6,
        ),
        Panel(
            title="Динамика доли дублей",
            description="Доля дублей на конец каждого часа, когда приходили данные, и сейчас. Пунктир — порог.",
            query="dashboards/duplicate_ratio_trend",
            type=PanelType.LINES,
            time="moment",
            label="name",
            values=(Value("duplicate_ratio", "доля дублей", Unit.SHARE),),
            limit_series="порог",
        ),
        Panel(
            title="Сообщения в RAW по дням",
            description="Сколько строк за день добавлено в каждую таблицу RAW.",
            query="dashboards/arrivals_by_day",
            type=PanelType.TIME_COLUMNS,
            time="day",
            label="name",
            values=(Value("messages", "сообщений"),),
        ),
        Panel(
            title="Доля отклонённых документов",
            description="Отклонённые / (в MART + отклонённые). Отклонённые документы не теряются: они в mart.rejects.",
            query="dashboards/rejected_shares",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("rejected_share", "отклонено", Unit.SHARE),),
            height=6,
        ),
        Panel(
            title="Возраст данных",
            description="Сколько времени прошло с поступления последней покупки в RAW и со срока, к которому должен "
            "был выйти отчёт за последний опубликованный день (SHOP_REPORT_SCHEDULE).",
            query="dashboards/data_age",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("age_hours", "возраст", Unit.HOURS),),
            height=6,
        ),
        Panel(
            title="Суммы, которые не совпадают",
            description="Доля сумм, далёких от того, с чем их сравнивают: чек и его позиции, позиция и цена товара. "
            "Скидки учтены. Норма — 0 %; 0 % и там, где сравнить нечего.",
            query="dashboards/wrong_amounts",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("wrong_share", "не совпадает", Unit.SHARE),),
            width=GRID,
            height=6,
        ),
        Panel(
            title="Причины отклонения",
            description="Документ с двумя причинами учтён в обеих.",
            query="dashboards/rejects_by_reason",
            type=PanelType.TABLE,
            values=(
                Value("kind", "вид", Unit.TEXT),
                Value("reason", "причина", Unit.TEXT),
                Value("documents", "документов"),
            ),
        ),
        Panel(
            title="Непрочитанные значения",
            description="Значения, которые есть в документах, но не прочитаны. Пример показывает форму значения: "
            "буквы заменены на «я» и «a», цифры на «9».",
            query="dashboards/unread_values",
            type=PanelType.TABLE,
            values=(
                Value("kind", "вид", Unit.TEXT),
                Value("field", "поле", Unit.TEXT),
                Value("reason", "причина", Unit.TEXT),
                Value("example", "пример", Unit.TEXT),
                Value("unread_count", "значений"),
            ),
        ),
        Panel(
            title="Исключённые документы",
            description="Возвраты, отмены и документы с пометкой удаления: доставлены, но в витрине не учитываются.",
            query="dashboards/excluded_documents",
            type=PanelType.TABLE,
            values=(
                Value("kind", "вид", Unit.TEXT),
                Value("reason", "признак", Unit.TEXT),
                Value("documents", "документов"),
            ),
        ),
        Panel(
            title="Шифрование телефонов и e-mail",
            description="Доля зашифрованных значений в MART. Норма — 100 %.",
            query="dashboards/encrypted_shares",
            type=PanelType.STATUS_TILES,
            label="name",
            values=(Value("encrypted_share", "зашифровано", Unit.SHARE),),
        ),
    ),
)
