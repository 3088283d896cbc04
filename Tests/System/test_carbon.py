"""Graphite's plaintext protocol over TCP, as its senders write it."""

import socket
import struct

from polling import eventually
from processes import free_port

CONFIG = """\
carbon:
  tcp: 127.0.0.1:{port}
  tags-limit: 2
  rules:
    - {{match: "servers.*.load", name: server_load, labels: {{server: "$1"}}, description: Load of servers.}}
    - {{match: "noise.*", drop: true}}
"""


def rejected(page):
    return {
        sample.labels["cause"]: sample.value for sample in page.samples
        if sample.name == "heliograph_events_rejected_total" and sample.labels["source"] == "carbon"
    }


def test_lines_of_graphite_senders_become_gauges(start):
    port = free_port()
    service = start(CONFIG.format(port=port))
    with socket.create_connection(("127.0.0.1", port)) as sender, socket.create_connection(("127.0.0.1", port)):
        sender.sendall(
            b"servers.web1.load 0.5 1700000000\nservers.web2.load 1.5 1700000000\r\n\n"
            b"servers.web1.load 0.75 -1\ndisk.used;host=a;mount=/var 7e9 1700000000\n"
            b"noise.x 1 1\nnonsense\nup 1 1\na;b=1;c=2;d=3 1 1\nx 1 never\nservers.we")
        sender.sendall(b"b3.load 3 1700000000\nunfinish")
        eventually(lambda: service.page().total("heliograph_events_received_total", source="carbon") == 10)
        page = service.page()
        assert page.value("server_load", server="web1") == 0.75
        assert page.value("server_load", server="web2") == 1.5
        assert page.value("server_load", server="web3") == 3
        assert page.value("disk_used", host="a", mount="/var") == 7e9
        assert page.value("heliograph_connections", source="carbon") == 2
        assert page.value("heliograph_accept_failures_total", source="carbon") == 0
        assert rejected(page) == {
            "dropped_by_rule": 1, "missing_value": 1, "reserved_name": 1, "too_many_tags": 1,
            "bad_timestamp": 1,
        }
    # The end of the connection ends its last line.
    eventually(lambda: service.page().total("heliograph_events_received_total", source="carbon") == 11)
    eventually(lambda: service.page().value("heliograph_connections", source="carbon") == 0)


def test_a_reload_changes_its_rules_and_not_its_address(start):
    port = free_port()
    service = start(CONFIG.format(port=port))
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.sendall(b"servers.web1.load 1 1\n")
        eventually(lambda: service.page().value("server_load", server="web1") == 1)
        service.config_path.write_text(CONFIG.format(port=port).replace("server_load", "load_of_servers"))
        service.reload()
        eventually(lambda: "Configuration reloaded" in service.log())
        sender.sendall(b"servers.web1.load 2 1\n")
        eventually(lambda: service.page().value("load_of_servers", server="web1") == 2)
        service.config_path.write_text(CONFIG.format(port=port + 1))
        service.reload()
        eventually(lambda: "carbon.tcp" in service.log())


def test_a_reset_does_not_end_a_line(start):
    port = free_port()
    service = start(CONFIG.format(port=port))
    sender = socket.create_connection(("127.0.0.1", port))
    sender.sendall(b"whole 1 1700000000\nhalf 1 17")
    eventually(lambda: service.page().value("whole") == 1)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sender.close()
    eventually(lambda: rejected(service.page()) == {"unfinished": 1})
    assert service.page().value("half") is None
