"""What people ask about personal data: key rotations and erasures, each a function of an environment.

The same command again finishes what a kill has interrupted. Keys and pseudonyms are no random ones here: two runs of a
scenario must have the same ciphertexts in common.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Final

from pydantic import SecretStr

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.erasure import records
from shop_assets.erasure.erasing import erase
from shop_assets.key_rotation import current_values as pairs
from shop_assets.key_rotation import warehouse_move
from shop_assets.key_rotation.rotating import move_stored_data
from shop_assets.services import connect
from shop_assets_tests.faults.scenario import Document, Scenario
from shop_assets_tests.faults.stages import BATCH, RUN, ScenarioEnvironment


def rotation(environment: ScenarioEnvironment) -> None:
    """Moves everything to the first key of the environment's ring."""
    warehouse_move.SLICE_OFFSETS = BATCH  # type: ignore[misc]  # this process is its own
    pairs.BATCH_SIZE = BATCH  # type: ignore[misc]
    with connect(environment.settings) as services, ingestion_lease(services.database, "rotation", RUN) as lease:
        result = move_stored_data(services, lease)
    assert not result.unknown, result.unknown


def erasure(environment: ScenarioEnvironment) -> None:
    """Erases the customer whose turn it is."""
    customer_id = str(environment.erased[-1]["customer_id"])
    digest = hashlib.sha256(customer_id.encode()).hexdigest()
    records.secrets = SimpleNamespace(token_hex=lambda size: digest[: 2 * size])  # type: ignore[assignment]
    with connect(environment.settings) as services, ingestion_lease(services.database, "erasure", RUN) as lease:
        erase(services, lease, customer_id, "a request")


REQUESTS: Final[dict[str, Callable[[ScenarioEnvironment], None]]] = {
    request.__name__: request for request in (rotation, erasure)
}


@dataclass(frozen=True)
class Request:
    """A rotation or an erasure, and how the environment differs once it was asked for."""

    name: str
    asked: Callable[[ScenarioEnvironment], ScenarioEnvironment]


def requests_of(scenario: Scenario) -> Iterator[Request]:
    """Of a scenario, in their order: an erasure has older messages of more than one key to find."""
    for number, customer in enumerate(scenario.erased):
        yield Request("rotation", _NewKey(number))
        yield Request("erasure", _Erased(customer))


@dataclass(frozen=True)
class _NewKey:
    number: int

    def __call__(self, environment: ScenarioEnvironment) -> ScenarioEnvironment:
        settings = environment.settings
        key = hashlib.sha512(f"key {self.number} of the scenario".encode()).digest()
        ring = f"k{900 + self.number}:{base64.b64encode(key).decode()},{settings.pii_keys.get_secret_value()}"
        return replace(environment, settings=settings.model_copy(update={"pii_keys": SecretStr(ring)}))


@dataclass(frozen=True)
class _Erased:
    customer: Document

    def __call__(self, environment: ScenarioEnvironment) -> ScenarioEnvironment:
        return replace(environment, erased=(*environment.erased, self.customer))
