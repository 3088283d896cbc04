"""The three profiles of the service, each in a real systemd and seen from another host: its own listeners, those of this
machine alone, and sockets of systemd without a network of its own."""

from __future__ import annotations

import re
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest

from polling import eventually
from prometheus_server import Prometheus
from test_systemd import (  # noqa: F401
    EVENTS_SOCKET, SEND_DATAGRAM, SEND_STREAM, STATSD_SOCKET, Host, host, installation)

SHARE = "/usr/share/heliograph"
DROP_INS = "/etc/systemd/system/heliograph.service.d"
INSIDE, OUTSIDE = "198.51.100.1", "198.51.100.2"

SEND_UDP = """
import socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.sendto(sys.stdin.buffer.read(), ("127.0.0.1", int(sys.argv[1])))
"""
SEND_TCP = """
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as sender:
    sender.sendall(sys.stdin.buffer.read())
"""


@pytest.fixture(scope="module")
def reachable(host: Host) -> Iterator[Host]:  # noqa: F811
    """A host that another one, which is the tests' own, reaches over a cable."""
    subprocess.run(["ip", "link", "add", "hg-outside", "type", "veth", "peer", "name", "hg-inside",
                    "netns", str(host.leader)], check=True)
    try:
        subprocess.run(["ip", "address", "add", f"{OUTSIDE}/30", "dev", "hg-outside"], check=True)
        subprocess.run(["ip", "link", "set", "hg-outside", "up"], check=True)
        host.run(f"ip address add {INSIDE}/30 dev hg-inside && ip link set hg-inside up && ip link set lo up")
        yield host
    finally:
        subprocess.run(["ip", "link", "delete", "hg-outside"], check=True)


def use(host: Host, drop_in: str | None) -> None:  # noqa: F811
    """Starts the service in a profile."""
    host.run(f"rm -rf {DROP_INS}")
    if drop_in is not None:
        host.run(f"mkdir -p {DROP_INS} && cp {SHARE}/{drop_in} {DROP_INS}/")
    host.run("systemctl daemon-reload")
    host.run("systemctl stop heliograph.service heliograph-http.socket heliograph-udp.socket heliograph-carbon.socket")
    host.run("systemctl start heliograph.service")
    host.await_active()


def exposure(host: Host) -> float:  # noqa: F811
    report = host.run("systemd-analyze", "security", "--no-pager", "heliograph.service").stdout
    found = re.search(r"exposure level for heliograph\.service: ([0-9.]+)", report)
    assert found is not None, report
    return float(found[1])


def network_of(host: Host, process: str) -> str:  # noqa: F811
    return host.run("readlink", f"/proc/{process}/ns/net").stdout


def is_reached() -> bool:
    """The service answers to another host."""
    try:
        return urllib.request.urlopen(f"http://{INSIDE}:9568/-/healthy", timeout=5).status == 200
    except OSError:
        return False


def test_a_prometheus_on_another_host_scrapes_the_service(reachable: Host, directory) -> None:
    use(reachable, None)
    assert exposure(reachable) <= 1.1
    with Prometheus(directory, f"{INSIDE}:9568") as prometheus:
        eventually(lambda: prometheus.query("heliograph_build_info"), within=20)


def test_nobody_but_this_machine_reaches_it(reachable: Host) -> None:
    use(reachable, "local-only.conf")
    assert exposure(reachable) <= 0.9
    reachable.send(SEND_DATAGRAM, STATSD_SOCKET, "local.orders:1|c")
    reachable.await_sample("local_orders_total", 1)
    assert not is_reached()


def test_sockets_of_systemd_serve_without_a_network_of_its_own(reachable: Host) -> None:
    use(reachable, "no-network.conf")
    # systemd adds no socket to a service that runs.
    reachable.run("systemctl stop heliograph.service && systemctl start heliograph-carbon.socket heliograph.service")
    reachable.await_active()
    assert exposure(reachable) <= 0.3
    assert network_of(reachable, reachable.property("MainPID")) != network_of(reachable, "1")
    assert is_reached()
    reachable.send(SEND_DATAGRAM, STATSD_SOCKET, "apart.unix:1|c")
    reachable.send(SEND_UDP, "9125", "apart.udp:2|c")
    reachable.send(SEND_TCP, "2003", "apart.carbon 3 -1\n")
    reachable.send(SEND_STREAM, EVENTS_SOCKET,
                   '{"event":"checkout.order","measurements":{"items":4},"metadata":{"payment":"apart"}}')
    reachable.await_sample("apart_unix_total", 1)
    reachable.await_sample("apart_udp_total", 2)
    reachable.await_sample("apart_carbon", 3)
    reachable.await_sample('checkout_order_items_total{payment="apart"}', 4)


def test_requests_wait_at_the_socket_while_the_service_is_away(reachable: Host) -> None:
    use(reachable, "no-network.conf")
    reachable.run("systemctl", "stop", "heliograph.service")
    # The connection starts the service, which answers it.
    assert is_reached()
    process = reachable.property("MainPID")
    reachable.run("kill", "-KILL", process)
    assert is_reached()
    assert reachable.property("MainPID") != process


def test_a_reload_works_without_a_network(reachable: Host) -> None:
    use(reachable, "no-network.conf")
    assert reachable.run("systemctl", "reload", "heliograph").returncode == 0
