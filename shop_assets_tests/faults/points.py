"""The catalogue of kill points: where it would hurt most, by stage, and moments by chance.

A point names a function of production code; the place where the code that calls it looks it up. What is chosen by
chance (which call, how long after it) comes from the random generator that is given.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

from shop_assets_tests.faults.kills import Kill, Moment, Victim

WRITE_SECONDS: Final = 4.0
"""Within this time after its beginning Spark reads the MART, computes and writes its files."""


@dataclass(frozen=True)
class Point:
    """A place to kill at. `calls`: one of these calls, counted from 1; `seconds`: at most so long after it, or after the
    beginning of the work where there is no function (None: at any time that the work takes undisturbed).

    `needs_snapshot`: True is for the first publication only, False for the later ones; `needs_older`: there must be an
    older publication of the day; `is_of_stage_only`: other stages call the function too, which a run of all of them
    would meet first.
    """

    stage: str
    name: str
    function: str | None
    moment: Moment = "before"
    calls: range = range(1, 2)
    seconds: float | None = None
    victim: Victim = "run"
    needs_snapshot: bool | None = None
    needs_older: bool = False
    is_of_stage_only: bool = False

    @property
    def title(self) -> str:
        """As the table shows it."""
        return f"{self.stage}: {self.name}"

    def kill(self, random: Random, usual_seconds: float, *, first_call: bool = False) -> Kill:
        """A kill at this point of work that takes so many seconds undisturbed; `first_call` is for large batches."""
        call = self.calls.start if first_call else random.choice(self.calls)
        longest = usual_seconds if self.seconds is None else self.seconds
        return Kill(self.function, self.moment, call, random.uniform(0, longest), self.victim)

    def is_possible(self, *, is_first: bool, has_older: bool) -> bool:
        """Whether it can be reached in the first chapter, or without an older publication."""
        return self.needs_snapshot in (None, is_first) and (has_older or not self.needs_older)


PUT: Final = "shop_assets.landing.bucket:Bucket.put"
WRITE_DOCUMENTS: Final = "shop_assets.document_store.loading:write_documents"
PUBLISH: Final = "shop_assets.topics.publication:Publication._publish"
INSERT: Final = "shop_assets.warehouse.ingestion:insert"
COMMAND: Final = "clickhouse_connect.driver.httpclient:HttpClient.command"
SPARK_WRITE: Final = "shop_assets.features.daily_matrix:write_parquet"

POINTS: Final = (
    Point("landing", "at any time", None),
    Point("landing", "between two objects", PUT, calls=range(1, 26)),
    Point("landing", "during an object's PUT", PUT, "during", calls=range(1, 26), seconds=0.005),
    Point("landing", "between the objects and the manifest", "shop_assets.landing.filling:write_manifest", calls=range(1, 5)),
    Point("landing", "before the inventory is saved", "shop_assets.landing.inventory:InventoryDatabase.save", calls=range(1, 5)),
    Point("landing", "S3 killed during a PUT", PUT, "during", calls=range(1, 26), seconds=0.005, victim="s3"),
    Point("documents", "at any time", None),
    Point("documents", "between two batches", WRITE_DOCUMENTS, calls=range(1, 9)),
    Point("documents", "during a bulk write", WRITE_DOCUMENTS, "during", calls=range(1, 9), seconds=0.01),
    Point("documents", "between documents and rejects", "shop_assets.document_store.rejects:record", calls=range(1, 5)),
    Point("documents", "between rejects and ledger", "shop_assets.document_store.ledger:Ledger.write", calls=range(1, 5)),
    Point("documents", "behind the ledger's entry", "shop_assets.document_store.ledger:Ledger.write", "after", calls=range(1, 5)),
    Point("documents", "MongoDB killed in a bulk write", WRITE_DOCUMENTS, "during",
          calls=range(1, 5), seconds=0.01, victim="mongo"),
    Point("documents", "S3 killed while objects are read", "shop_assets.document_store.loading:read_documents",
          calls=range(1, 21), victim="s3"),
    Point("topics", "at any time", None),
    Point("topics", "middle of the snapshot", PUBLISH, calls=range(1, 81), needs_snapshot=True),
    Point("topics", "snapshot acknowledged, token not saved", "shop_assets.topics.positions:Positions.begin",
          needs_snapshot=True),
    Point("topics", "middle of the change stream", PUBLISH, calls=range(1, 41), needs_snapshot=False),
    Point("topics", "between acknowledgement and token", "shop_assets.topics.positions:Positions.move", calls=range(1, 5),
          needs_snapshot=False),
    Point("topics", "behind the saved token", "shop_assets.topics.positions:Positions.move", "after", calls=range(1, 4),
          needs_snapshot=False),
    Point("topics", "waiting for acknowledgements", "shop_assets.topics.publishing:Publisher.flush", "during", calls=range(1, 5),
          seconds=0.05),
    Point("topics", "MongoDB killed in the change stream", PUBLISH, calls=range(1, 31), victim="mongo"),
    Point("topics", "Kafka killed before the acknowledgement", "shop_assets.topics.publishing:Publisher.flush",
          calls=range(1, 5), victim="kafka"),
    Point("raw", "at any time", None),
    Point("raw", "between two blocks", INSERT, calls=range(1, 13)),
    Point("raw", "during an insert", INSERT, "during", calls=range(1, 13), seconds=0.1),
    Point("raw", "between insert and commit of offsets", "shop_assets.warehouse.ingestion:_commit", calls=range(1, 9)),
    Point("raw", "behind the commit of offsets", "shop_assets.warehouse.ingestion:_commit", "after", calls=range(1, 9)),
    Point("raw", "ClickHouse killed in an insert", INSERT, "during", calls=range(1, 9), seconds=0.1, victim="clickhouse"),
    Point("raw", "Kafka killed while it is read", "shop_assets.warehouse.ingestion:read", calls=range(1, 9), victim="kafka"),
    Point("mart", "at any time", None),
    Point("mart", "before a slice is mended", "shop_assets.warehouse.reconciliation:_mend", calls=range(1, 7)),
    Point("mart", "while a slice is mended", "shop_assets.warehouse.reconciliation:_insert_missing", "during", calls=range(1, 9),
          seconds=0.1),
    Point("mart", "between mending and remembering", "shop_assets.warehouse.reconciliation:_remember", calls=range(1, 6)),
    Point("mart", "ClickHouse killed while mending", "shop_assets.warehouse.reconciliation:_insert_missing", "during",
          calls=range(1, 9), seconds=0.1, victim="clickhouse"),
    Point("features", "inside Spark's write", SPARK_WRITE, "during", seconds=WRITE_SECONDS),
    Point("features", "Spark's Java killed inside the write", SPARK_WRITE, "during", seconds=WRITE_SECONDS,
          victim="java"),
    Point("features", "between Parquet files and manifest", "shop_assets.features.publication:Manifest.write"),
    Point("features", "between manifest and removal of old files", "shop_assets.features.daily_matrix:clean_up",
          needs_older=True),
    # The first deletion of a publication is that of Spark's temporary files.
    Point("features", "middle of the removal of old files", "shop_assets.landing.bucket:Bucket.delete", "during",
          calls=range(2, 3), seconds=0.005, needs_older=True, is_of_stage_only=True),
    Point("features", "S3 killed inside Spark's write", SPARK_WRITE, "during", seconds=WRITE_SECONDS, victim="s3"),
    Point("load", "at any time", None),
    # Its commands make a table aside, swap it in and drop it.
    Point("load", "between rows and the swap", COMMAND, calls=range(2, 3), is_of_stage_only=True),
    Point("load", "during the swap", COMMAND, "during", calls=range(2, 3), seconds=0.02, is_of_stage_only=True),
    Point("load", "behind the swap", COMMAND, "after", calls=range(2, 3), is_of_stage_only=True),
    Point("load", "ClickHouse killed before the rows", "shop_assets.features.warehouse_load:_batches",
          victim="clickhouse"),
    Point("report", "at any time", None),
    Point("report", "before the PUT", PUT, is_of_stage_only=True),
    Point("report", "during the PUT", PUT, "during", seconds=0.005, is_of_stage_only=True),
    Point("report", "behind the PUT", PUT, "after", is_of_stage_only=True),
)  # fmt: skip
