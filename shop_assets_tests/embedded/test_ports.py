"""Ports: free, saved for the next start, and chosen again only where another process took them."""

import socket
from pathlib import Path

from shop_assets.embedded import ports
from shop_assets.embedded.services.all_services import PORT_NAMES
from shop_assets.loopback import LOOPBACK, is_free


def test_ports_are_remembered(tmp_path: Path):
    first = ports.assign(tmp_path / "ports.json", PORT_NAMES)
    assert ports.assign(tmp_path / "ports.json", PORT_NAMES) == first == ports.load_ports(tmp_path / "ports.json")


def test_every_service_has_ports_of_its_own(tmp_path: Path):
    chosen = ports.assign(tmp_path / "ports.json", PORT_NAMES)
    assert set(chosen) == set(PORT_NAMES)
    assert len(set(chosen.values())) == len(PORT_NAMES)


def test_only_a_port_that_was_taken_changes(tmp_path: Path):
    first = ports.assign(tmp_path / "ports.json", ("a", "b", "c"))
    with socket.create_server((LOOPBACK, first["b"])):
        second = ports.assign(tmp_path / "ports.json", ("a", "b", "c"))
    assert second["b"] != first["b"]
    assert (second["a"], second["c"]) == (first["a"], first["c"])


def test_a_pair_at_a_fixed_distance_moves_together(tmp_path: Path):
    first = ports.assign(tmp_path / "ports.json", ("s3_admin", "s3_admin_grpc"))
    assert first["s3_admin_grpc"] - first["s3_admin"] == 10_000
    with socket.create_server((LOOPBACK, first["s3_admin_grpc"])):
        second = ports.assign(tmp_path / "ports.json", ("s3_admin", "s3_admin_grpc"))
    assert second["s3_admin"] != first["s3_admin"]
    assert second["s3_admin_grpc"] - second["s3_admin"] == 10_000


def test_a_port_on_which_someone_listens_on_all_addresses_is_not_free():
    with socket.create_server(("", 0)) as other:
        assert not is_free(other.getsockname()[1])


def test_ports_stay_below_those_of_outgoing_connections(tmp_path: Path):
    assert max(ports.assign(tmp_path / "ports.json", PORT_NAMES).values()) < 32_768


def test_an_unreadable_file_is_as_good_as_none(tmp_path: Path):
    (tmp_path / "ports.json").write_text("{")
    assert ports.load_ports(tmp_path / "ports.json") == {}
