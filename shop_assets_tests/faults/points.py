"""The catalogue of kill points: where it would hurt most, by stage, and moments by chance.

A point names a function of production code; the place where the code that calls it looks it up. What is chosen by
chance (which call, how long after it) comes from the random generator that is given.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

from shop_assets_tests.faults.kills import Kill, Moment, Victim

READING_SECONDS: Final = 4.0
"""For so long at least Spark reads the MART and computes before it writes, the first time."""

WRITING_SECONDS: Final = 1.0
"""So long Spark's files take from the first one to the answer, at least."""


@dataclass(frozen=True)
class Point:
    """A place to kill at. `calls`: one of these calls, counted from 1. `seconds`: at most so long after it, or after
    the beginning of the work where there is no function; None: at any time that the work takes undisturbed. `awaited`:
    what comes before these seconds.

    `needs_snapshot`: True is for the first capture only, False for the later ones; `needs_older`: there must be an
    older publication of the day; `is_of_stage_only`: in a run of all stages it would be somewhere else, because others
    call the function too.
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
    awaited: str | None = None

    @property
    def title(self) -> str:
        """As the table shows it."""
        return f"{self.stage}: {self.name}"

    def kill(self, random: Random, usual_seconds: float, *, first_call: bool = False) -> Kill:
        """A kill at this point of work that takes so many seconds undisturbed; `first_call` is for large batches."""
        call = self.calls.start if first_call else random.choice(self.calls)
        longest = usual_seconds if self.seconds is None else self.seconds
        return Kill(self.function, self.moment, call, random.uniform(0, longest), self.victim, self.awaited)


ANY_STAGE: Final = "any stage"
"""Of a run of all of them."""

# Production's functions, where the code that calls them looks them up; and one of ours, which waits for a moment.
PUT: Final = "shop_assets.object_store.bucket:Bucket.put"
DELETE: Final = "shop_assets.object_store.bucket:Bucket.delete"
LANDING_MANIFEST: Final = "shop_assets.landing.filling.sources:write_manifest"
INVENTORY: Final = "shop_assets.landing.inventory.contents:InventoryDatabase.save"
READ_DOCUMENTS: Final = "shop_assets.document_store.loads.intake:read_documents"
WRITE_DOCUMENTS: Final = "shop_assets.document_store.loads.batch_writing:write_documents"
DELETIONS_TOKEN: Final = "shop_assets.document_store.deletions:Deletions._save_position"
RECORD_REJECTS: Final = "shop_assets.document_store.rejects:save"
LEDGER: Final = "shop_assets.document_store.loads.ledger:Ledger.write"
SEND_CHANGE: Final = "shop_assets.topics.delivery:Delivery.send"
FLUSH: Final = "shop_assets.topics.sending:ChangeSender.flush"
FIRST_TOKEN: Final = "shop_assets.topics.checkpoints:Checkpoints.save_after_snapshot"
TOKEN: Final = "shop_assets.topics.checkpoints:Checkpoints.advance"
SENT_JOURNAL: Final = "shop_assets.topics.sent_index:SentIndex.record"
SENT_BUCKETS: Final = "shop_assets.topics.sent_index:SentIndex._change_buckets"
SENT_INDEX: Final = "shop_assets.topics.sent_index:SentIndex.write"
READ: Final = "shop_assets.warehouse.raw.raw_inserts:read_messages"
INSERT: Final = "shop_assets.warehouse.raw.raw_inserts:insert"
COMMIT: Final = "shop_assets.warehouse.raw.raw_inserts:_commit"
REPAIR: Final = "shop_assets.warehouse.mart.reconciliation:_repair_slice"
INSERT_MISSING: Final = "shop_assets.warehouse.mart.reconciliation:_insert_missing"
SAVE_PROGRESS: Final = "shop_assets.warehouse.mart.reconciliation:_save_progress"
SPARK_WRITE: Final = "shop_assets.features.daily_matrix:write_parquet"
SPARK_WRITES: Final = "shop_assets_tests.faults.stages:await_spark_files"
MANIFEST: Final = "shop_assets.features.publication:PublicationManifest.write"
CLEAN_UP: Final = "shop_assets.features.daily_matrix:clean_up"
LOADED_ROWS: Final = "shop_assets.features.warehouse_load:_batches"
RELOAD: Final = "shop_assets.rejects.retrying:_reload"
INGEST_RETRIED: Final = "shop_assets.rejects.retrying:ingest_and_reconcile"
COMPACT: Final = "shop_assets.warehouse.raw.compaction:_delete_marked"
SAVE_PAIRS: Final = "shop_assets.warehouse.mart.current_values:save_pairs"
FORGET_OTHER_PAIRS: Final = "shop_assets.warehouse.mart.current_values:forget_other_pairs"
FORGET_ERASED: Final = "shop_assets.warehouse.mart.current_values:forget_erased"
SHOW_NEWER: Final = "shop_assets.warehouse.mart.current_values:show_newer"
FORGET_PAIRS: Final = "shop_assets.warehouse.mart.current_values:clear"
MOVE_SLICE: Final = "shop_assets.key_rotation.warehouse_move:_Move.move_slice"
INSERT_AGAIN: Final = "shop_assets.key_rotation.warehouse_move:_Move._insert_again"
DELETE_OLDER: Final = "shop_assets.key_rotation.warehouse_move:_Move.delete_older"
REMOVED_COPIES: Final = "shop_assets.key_rotation.warehouse_move:_Move.move_removed_ids"
MOVE_DOCUMENTS: Final = "shop_assets.key_rotation.rotating:_move_documents"
INDEX_AGAIN: Final = "shop_assets.topics.change_capture:ChangeCapture._index_documents"
ADOPT_KEY: Final = "shop_assets.topics.change_capture:ChangeCapture.adopt_key"
ERASURE_BEGINS: Final = "shop_assets.erasure.records:begin"
ERASURE_ENDS: Final = "shop_assets.erasure.records:ErasureRecord.end"
ERASURE_COUNTS: Final = "shop_assets.erasure.records:ErasureRecord.add"
ANNOUNCE: Final = "shop_assets.document_store.loads.rewritten_objects:announce"
ERASE_DOCUMENTS: Final = "shop_assets.document_store.erasing:_write_batch"
PUBLISH_ERASED: Final = "shop_assets.erasure.erasing:capture_changes"
INGEST_ERASED: Final = "shop_assets.warehouse.mart.reconciliation:ingest_topics"
RECONCILE_ERASED: Final = "shop_assets.warehouse.mart.reconciliation:reconcile"
ERASE_PLACES: Final = "shop_assets.warehouse.erasing:_Deletion.delete_at"
ERASE_ROWS: Final = "shop_assets.warehouse.erasing:_Deletion.delete_where"
CERTIFICATE: Final = "shop_assets.erasure.certificate:save"
COMMAND: Final = "clickhouse_connect.driver.httpclient:HttpClient.command"


def _upto(last: int) -> range:
    return range(1, last + 1)


_SECOND: Final = range(2, 3)
_REMOVALS: Final = _upto(4)
"""A compaction removes the duplicates of four tables, each behind what it remembers of the table."""

WHOLE: Final = (Point(ANY_STAGE, "at any time", None),)
LANDING: Final = (
    Point("landing", "at any time", None, is_of_stage_only=True),
    Point("landing", "between two objects", PUT, calls=_upto(25)),
    Point("landing", "during an object's PUT", PUT, "during", _upto(25), 0.005),
    Point("landing", "between objects and manifest", LANDING_MANIFEST, calls=_upto(4)),
    Point("landing", "before the inventory is saved", INVENTORY, calls=_upto(4)),
    Point("landing", "S3 killed during a PUT", PUT, "during", _upto(25), 0.005, "s3"),
)
DOCUMENTS: Final = (
    Point("documents", "at any time", None, is_of_stage_only=True),
    Point("documents", "between two batches", WRITE_DOCUMENTS, calls=_upto(8)),
    Point("documents", "during a bulk write", WRITE_DOCUMENTS, "during", _upto(8), 0.01),
    Point("documents", "between recorded deletions and their token", DELETIONS_TOKEN),
    Point("documents", "between documents and rejects", RECORD_REJECTS, calls=_upto(4)),
    Point("documents", "between rejects and ledger", LEDGER, calls=_upto(4)),
    Point("documents", "after the ledger's entries", LEDGER, "after", _upto(4)),
    Point("documents", "MongoDB killed during a bulk write", WRITE_DOCUMENTS, "during", _upto(4), 0.01, "mongo"),
    Point("documents", "S3 killed while objects are read", READ_DOCUMENTS, calls=_upto(20), victim="s3"),
)
TOPICS: Final = (
    Point("topics", "at any time", None, is_of_stage_only=True),
    Point("topics", "middle of the snapshot", SEND_CHANGE, calls=_upto(80), needs_snapshot=True),
    Point("topics", "between the snapshot's acknowledgement and token", FIRST_TOKEN, needs_snapshot=True),
    Point("topics", "middle of the change stream", SEND_CHANGE, calls=_upto(40), needs_snapshot=False),
    Point("topics", "between acknowledgement and token", TOKEN, calls=_upto(4), needs_snapshot=False),
    Point("topics", "after the saved token", TOKEN, "after", _upto(3), needs_snapshot=False),
    Point("topics", "before the sent index's journal", SENT_JOURNAL, calls=_upto(4), needs_snapshot=False),
    Point("topics", "after the sent index's journal", SENT_JOURNAL, "after", _upto(4), needs_snapshot=False),
    Point("topics", "while the sent index is settled", SENT_BUCKETS, "during", _upto(2), 0.02, needs_snapshot=False),
    Point("topics", "after the sent index is settled", SENT_BUCKETS, "after", _upto(2), needs_snapshot=False),
    Point("topics", "while a new sent index is written", SENT_INDEX, "during", _upto(4), 0.02, needs_snapshot=True),
    Point("topics", "between a new sent index and token", SENT_INDEX, "after", _upto(4), needs_snapshot=True),
    Point("topics", "waiting for acknowledgements", FLUSH, "during", _upto(4), 0.05),
    Point("topics", "MongoDB killed while it is read", SEND_CHANGE, calls=_upto(30), victim="mongo"),
    Point("topics", "Kafka killed before the acknowledgement", FLUSH, calls=_upto(4), victim="kafka"),
)
RAW: Final = (
    Point("raw", "at any time", None, is_of_stage_only=True),
    Point("raw", "between two blocks", INSERT, calls=_upto(12)),
    Point("raw", "during an insert", INSERT, "during", _upto(12), 0.1),
    Point("raw", "between insert and commit of offsets", COMMIT, calls=_upto(8)),
    Point("raw", "after the commit of offsets", COMMIT, "after", _upto(8)),
    Point("raw", "ClickHouse killed during an insert", INSERT, "during", _upto(8), 0.1, "clickhouse"),
    Point("raw", "Kafka killed while it is read", READ, calls=_upto(8), victim="kafka"),
)
MART: Final = (
    Point("mart", "at any time", None, is_of_stage_only=True),
    Point("mart", "before a slice is repaired", REPAIR, calls=_upto(6)),
    Point("mart", "while a slice is repaired", INSERT_MISSING, "during", _upto(8), 0.1),
    Point("mart", "between repair and saved progress", SAVE_PROGRESS, calls=_upto(5)),
    Point("mart", "ClickHouse killed while a slice is repaired", INSERT_MISSING, "during", _upto(8), 0.1, "clickhouse"),
)
FEATURES: Final = (
    Point("features", "while Spark reads and computes", SPARK_WRITE, "during", seconds=READING_SECONDS),
    Point("features", "while Spark's files are written", SPARK_WRITE, "during", seconds=WRITING_SECONDS,
          awaited=SPARK_WRITES),
    Point("features", "Java killed while Spark reads and computes", SPARK_WRITE, "during", seconds=READING_SECONDS,
          victim="java"),
    Point("features", "Java killed while Spark's files are written", SPARK_WRITE, "during", seconds=WRITING_SECONDS,
          victim="java", awaited=SPARK_WRITES),
    Point("features", "S3 killed while Spark's files are written", SPARK_WRITE, "during", seconds=WRITING_SECONDS,
          victim="s3", awaited=SPARK_WRITES),
    Point("features", "between Parquet files and manifest", MANIFEST),
    Point("features", "between manifest and removal of old files", CLEAN_UP, needs_older=True),
    # The first deletion is that of Spark's temporary files.
    Point("features", "middle of the removal of old files", DELETE, "during", _SECOND, 0.005,
          needs_older=True, is_of_stage_only=True),
)  # fmt: skip
LOAD: Final = (
    Point("load", "at any time", None, is_of_stage_only=True),
    # The commands make a table aside, swap it in and drop it.
    Point("load", "between rows and swap", COMMAND, calls=_SECOND, is_of_stage_only=True),
    Point("load", "during the swap", COMMAND, "during", _SECOND, 0.02, is_of_stage_only=True),
    Point("load", "after the swap", COMMAND, "after", _SECOND, is_of_stage_only=True),
    Point("load", "ClickHouse killed before the rows", LOADED_ROWS, victim="clickhouse"),
)
REPORT: Final = (
    Point("report", "at any time", None, is_of_stage_only=True),
    Point("report", "before the PUT", PUT, is_of_stage_only=True),
    Point("report", "during the PUT", PUT, "during", seconds=0.005, is_of_stage_only=True),
    Point("report", "after the PUT", PUT, "after", is_of_stage_only=True),
)
RETRY: Final = (
    Point("retry", "at any time", None),
    Point("retry", "after rejected documents were read again", RELOAD, "after"),
    Point("retry", "while documents are sent again", SEND_CHANGE, calls=_upto(8)),
    Point("retry", "between sending and RAW", INGEST_RETRIED),
)
REPLAY: Final = (
    Point("replay", "at any time", None),
    Point("replay", "middle of the snapshot", SEND_CHANGE, calls=_upto(80)),
    Point("replay", "between the snapshot's acknowledgement and token", FIRST_TOKEN),
    Point("replay", "Kafka killed before the acknowledgement", FLUSH, calls=_upto(4), victim="kafka"),
)
COMPACTION: Final = (
    Point("compaction", "at any time", None),
    Point("compaction", "between marked and deleted duplicates", COMPACT, calls=_REMOVALS),
    Point("compaction", "while duplicates are deleted", COMPACT, "during", _REMOVALS, 0.02),
    Point("compaction", "between two tables", COMPACT, "after", _REMOVALS),
    Point(
        "compaction", "ClickHouse killed while duplicates are deleted", COMPACT, "during", _REMOVALS, 0.02, "clickhouse"
    ),
)
ROTATION: Final = (
    Point("rotation", "at any time", None),
    Point("rotation", "while pairs are stored", SAVE_PAIRS, "after", _upto(3)),
    Point("rotation", "between stored pairs and those of other keys", FORGET_OTHER_PAIRS),
    Point("rotation", "between stored pairs and views that show the newer values", SHOW_NEWER),
    Point("rotation", "between the views and what moves", SHOW_NEWER, "after"),
    Point("rotation", "between two slices", MOVE_SLICE, calls=_upto(8)),
    Point("rotation", "while a slice is inserted again", INSERT_AGAIN, "during", _upto(6), 0.03),
    Point("rotation", "between new rows and the deletion of older ones", INSERT_AGAIN, "after", _upto(6)),
    Point("rotation", "while older rows are deleted", DELETE_OLDER, "during", _upto(12), 0.03),
    Point("rotation", "between two deletions", DELETE_OLDER, "after", _upto(12)),
    Point("rotation", "between rows and removed duplicates", REMOVED_COPIES),
    Point("rotation", "between ClickHouse and MongoDB", MOVE_DOCUMENTS),
    Point("rotation", "between MongoDB and the sent index", MOVE_DOCUMENTS, "after"),
    Point("rotation", "while the sent index is written again", INDEX_AGAIN, "during", seconds=0.1),
    Point("rotation", "between sent index and checkpoint", INDEX_AGAIN, "after"),
    Point("rotation", "after the checkpoint", ADOPT_KEY, "after"),
    Point("rotation", "before the pairs are forgotten", FORGET_PAIRS),
    Point("rotation", "ClickHouse killed while a slice is moved", INSERT_AGAIN, "during", _upto(6), 0.1, "clickhouse"),
    Point("rotation", "MongoDB killed while the sent index is written again", INDEX_AGAIN, "during", seconds=0.1,
          victim="mongo"),
)  # fmt: skip
ERASURE: Final = (
    Point("erasure", "at any time", None),
    Point("erasure", "after the record", ERASURE_BEGINS, "after"),
    Point("erasure", "between an announced object and its PUT", ANNOUNCE, "after", _upto(2)),
    Point("erasure", "between an object's PUT and its ledger entry", PUT, "after", _upto(2)),
    Point("erasure", "after an object is deleted", DELETE, "after"),
    Point("erasure", "before counts are recorded", ERASURE_COUNTS, calls=_upto(6)),
    Point("erasure", "between two collections", ERASE_DOCUMENTS, "after", _upto(3)),
    Point("erasure", "between MongoDB and Kafka", PUBLISH_ERASED),
    Point("erasure", "between Kafka and RAW", PUBLISH_ERASED, "after"),
    Point("erasure", "between RAW and MART", INGEST_ERASED, "after"),
    Point("erasure", "between MART and the deletion of rows", RECONCILE_ERASED, "after"),
    Point("erasure", "between removed offsets and rows", ERASE_PLACES, calls=_upto(2)),
    Point("erasure", "between two tables", ERASE_ROWS, "after", _upto(8)),
    Point("erasure", "while rows are deleted", ERASE_ROWS, "during", _upto(8), 0.03),
    Point("erasure", "before the pairs are forgotten", FORGET_ERASED),
    Point("erasure", "after the pairs are forgotten", FORGET_ERASED, "after"),
    Point("erasure", "before the certificate", CERTIFICATE),
    Point("erasure", "between certificate and record", ERASURE_ENDS),
    Point("erasure", "S3 killed while an object is rewritten", PUT, "during", _upto(2), 0.005, "s3"),
    Point("erasure", "MongoDB killed while documents are erased", ERASE_DOCUMENTS, "during", _upto(3), 0.01, "mongo"),
    Point("erasure", "Kafka killed before the acknowledgement", FLUSH, victim="kafka"),
    Point("erasure", "ClickHouse killed while rows are deleted", ERASE_ROWS, "during", _upto(8), 0.03, "clickhouse"),
)
POINTS: Final = (
    WHOLE + LANDING + DOCUMENTS + TOPICS + RAW + MART + FEATURES + LOAD + REPORT
    + RETRY + REPLAY + COMPACTION + ROTATION + ERASURE
)  # fmt: skip
