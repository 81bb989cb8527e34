"""A rotation and erasures of a large shop, asked for as a person does, and killed at moments of a seed.

Compared are every other customer's phone and e-mail, decrypted, after each kill too; the report; and whether a phone or
e-mail of an erased customer can still be found.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from shop_assets.documents.kinds import KINDS
from shop_assets.embedded.home import Home
from shop_assets.personal_data.cipher import ENCRYPTED
from shop_assets.personal_data.resource import personal_data_resource
from shop_assets.services import connect
from shop_assets.settings import Settings, variable
from shop_assets.warehouse.resource import clickhouse_resource
from shop_assets_tests.erasure.stored_bytes import stored_documents

DAY: Final = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
KILLED_AFTER: Final = (3.0, 25.0)
"""Seconds of a command's life: at least it has loaded its programs, at most it is in the middle of a large shop."""


@dataclass(frozen=True)
class Contacts:
    """Phones and e-mails as MART shows them: how many are different, what they decrypt to, and by which keys."""

    distinct: tuple[int, int]
    plain: dict[str, tuple[str | None, str | None]]
    keys: frozenset[str]

    def __repr__(self) -> str:
        return f"Contacts(distinct={self.distinct}, keys={sorted(self.keys)})"


@dataclass
class LargeShop:
    """A stack's home with a shop in it, of three purchases a customer, and what went wrong there."""

    home: Home
    customers: int
    random: random.Random
    most_kills: int
    kills: int = 0
    complaints: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> str:
        """Run a `shop` command to its end.

        Raises:
            RuntimeError: It failed.
        """
        process = self._start(*arguments)
        output, _ = process.communicate()
        if process.returncode:
            message = f"shop {' '.join(arguments)} ended with {process.returncode}:\n{output}"
            raise RuntimeError(message)
        return output

    def run_killed(self, command: Callable[[], Sequence[str]]) -> Iterator[None]:
        """Run a command again and again, killed each time, at last to its end; yields after each time.

        `command` gives the arguments, from what the time before has left.
        """
        for _ in range(self.most_kills):
            process = self._start(*command())
            try:
                process.wait(self.random.uniform(*KILLED_AFTER))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                self.kills += 1
            process.communicate()
            yield
        print(self.run(*command()), flush=True)
        yield

    def report(self) -> list[str]:
        """Run the pipeline again; the lines of the CSV."""
        self.run("run", "--day", DAY, "--customers", str(self.customers), "--purchases", str(3 * self.customers))
        return self.run("report", "--day", DAY).splitlines()

    def contacts(self) -> Contacts:
        """What MART shows now."""
        cipher = personal_data_resource(self.settings).cipher()
        with clickhouse_resource(self.settings).client() as client:
            phones, emails = client.query("SELECT uniqExact(phone), uniqExact(email) FROM mart.customers").first_row
            rows = client.query("SELECT customer_id, phone, email FROM mart.customers").result_rows
        keys = {match["key_id"] for row in rows for value in row[1:] if (match := ENCRYPTED.fullmatch(value or ""))}
        plain = {
            customer_id: (
                cipher.decrypt("phone", phone) if phone else "",
                cipher.decrypt("email", mail) if mail else "",
            )
            for customer_id, phone, mail in rows
        }
        return Contacts((phones, emails), plain, frozenset(keys))

    def places_of(self, words: Sequence[str]) -> list[str]:
        """Where one of the words is stored, apart from the topics, whose old messages expire later."""
        texts = [word.encode() for word in words]
        with connect(self.settings) as services:
            places = {place for place, content in stored_documents(services) if any(text in content for text in texts)}
            for kind in KINDS:
                statement = (
                    f"SELECT count() FROM raw.{kind.name} WHERE multiSearchAny(concat(id, ' ', payload), %(words)s)"
                )
                if services.client.query(statement, parameters={"words": list(words)}).first_row[0]:
                    places.add(f"raw.{kind.name}")
        return sorted(places)

    def expect(self, holds: object, complaint: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.complaints.append(complaint)

    @property
    def settings(self) -> Settings:
        """Those of now: a rotation writes another key ring."""
        return Settings.load()

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("shop")), *arguments],
            env=os.environ | {variable("home"): str(self.home.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def rotate_and_erase(shop: LargeShop, erasures: int) -> None:
    """Fill the shop, rotate its keys and erase customers, with kills in between.

    Args:
        shop: An empty shop; its complaints say afterwards what did not hold.
        erasures: How many customers are erased.
    """
    with _timed(f"made a shop of {shop.customers:,} customers"):
        report = shop.report()
    before = shop.contacts()
    _rotate(shop, before)
    shop.expect(shop.report() == report, "the report differs after the rotation")
    erased = shop.random.sample(sorted(before.plain), erasures)
    for customer_id in erased:
        _erase(shop, customer_id, before.plain[customer_id])
    rest = {customer_id: plain for customer_id, plain in before.plain.items() if customer_id not in erased}
    shop.expect(shop.contacts().plain == rest, "other contacts differ after the erasures")
    kept = [line for line in report if line.partition(",")[0] not in erased]
    shop.expect(shop.report() == kept, "the report of the other customers differs after the erasures")
    shop.run("reconcile", "--full")


def _rotate(shop: LargeShop, before: Contacts) -> None:
    ring = shop.settings.pii_keys.get_secret_value()

    def command() -> list[str]:
        is_new = shop.settings.pii_keys.get_secret_value() != ring
        return ["pii", "rotate", *(["--resume"] if is_new else [])]

    with _timed("rotated"):
        for _ in shop.run_killed(command):
            shown = shop.contacts()
            shop.expect(shown.plain == before.plain, "contacts decrypt to something else")
            shop.expect(shown.distinct == before.distinct, f"different contacts: {shown}, before {before}")
    shop.expect(len(shown.keys) == 1 and not shown.keys & before.keys, f"keys: {shown}, before {before}")


def _erase(shop: LargeShop, customer_id: str, plain: tuple[str | None, str | None]) -> None:
    words = [word for word in plain if word]
    shop.expect(shop.places_of(words), "the contacts of a customer who is not erased yet are nowhere")
    with _timed("erased a customer"):
        for _ in shop.run_killed(lambda: ["pii", "erase", "--customer", customer_id, "--reason", "a large shop"]):
            pass
    places = shop.places_of(words)
    shop.expect(not places, f"contacts of an erased customer are still in {places}")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{what} in {time.monotonic() - began:.0f} s", flush=True)
