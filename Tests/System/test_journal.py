"""What the log handler promises, with a real journald: entries byte for byte, and a journald that can't keep up."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import struct
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from test_random_pages import PLANES
from test_systemd import CONFIGURATION, Host, installation  # noqa: F401

PROGRAM = Path(os.environ.get("LOG_SOURCE", Path(__file__).resolve().parents[2] / ".build/debug/LogSource"))
SOURCE = "/usr/local/bin/log-source"
RECORDS = 10_000
# How long journald is stopped under load; a minute takes a minute.
STOPPED_SECONDS = float(os.environ.get("JOURNAL_STOPPED_SECONDS", "3"))

# Room for all that the tests log.
JOURNALD = "[Journal]\nStorage=volatile\nRuntimeMaxUse=1G\nRuntimeKeepFree=1M\nRuntimeMaxFileSize=256M\n"

LEVELS = {"trace": 7, "debug": 7, "info": 6, "notice": 5, "warning": 4, "error": 3, "critical": 2}
RESERVED = {"MESSAGE", "MESSAGE_ID", "PRIORITY", "CODE_FILE", "CODE_LINE", "CODE_FUNC", "ERRNO", "LOGGER", "EVENT", "TID", "UNIT",
            "FIELDS_LEFT_OUT"}
KEYS = ["order", "order.id", "order-id", "order_id", "userAgent", "message", "priority", "event", "2nd", "__x", "é.key", "a b",
        "syslog_pid", "code_file", "k" * 64]
DOUBLES = [0.0, -0.0, 1.5, -1e-7, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), 123456789.0]


def text(source: random.Random, longest: int = 40) -> str:
    """A text of any plane, half of it such as protocols separate by."""
    def character() -> str:
        if source.random() < 0.3:
            return source.choice("\n=\0\t\r\"\\ {}")
        return chr(source.randint(*source.choice(PLANES)))
    return "".join(character() for _ in range(source.randint(0, longest)))


def value(source: random.Random) -> object:
    match source.randrange(8):
        case 0: return source.randint(-2**63, 2**63 - 1)
        case 1: return source.choice(DOUBLES)
        case 2: return source.random() < 0.5
        case 3: return [text(source, 8) for _ in range(source.randint(1, 4))]
        case _: return text(source)


def record(source: random.Random, number: int) -> dict:
    keys = source.sample(KEYS, source.randint(0, 4))
    metadata = {key: value(source) for key in keys}
    if number % 1000 == 999:
        # Together more than a datagram holds.
        metadata |= {f"long{part}": chr(source.randint(0x61, 0x7A)) * 60_000 for part in range(3)}
    return {"level": source.choice(list(LEVELS)), "logger": f"logger.{source.randint(0, 9)}", "message": text(source, 200),
            "metadata": metadata}


def encoded(value: object) -> str:
    match value:
        case bool(): return f"b{int(value)}"
        case int(): return f"i{value}"
        case float(): return f"d{struct.unpack('=Q', struct.pack('=d', value))[0]}"
        case list(): return "l" + ",".join(element.encode().hex() for element in value)
        case _: return "s" + value.encode().hex()


def line(record: dict) -> str:
    pairs = [f"{key.encode().hex()}={encoded(value)}" for key, value in record["metadata"].items()]
    return "\t".join([record["level"], record["logger"].encode().hex(), record["message"].encode().hex(), *pairs])


def field_name(key: str) -> str:
    """The field of a key, as docs/operations.md has it."""
    mapped = "".join(chr(byte).upper() if chr(byte).isascii() and chr(byte).isalnum() else "_" for byte in key.encode()[:64])
    name = mapped.lstrip("_")
    is_refused = not name or name[0].isdigit() or name in RESERVED or name.startswith(("SYSLOG_", "OBJECT_", "COREDUMP_"))
    return f"F_{name}"[:64] if is_refused else name


def plain(value: object) -> bytes | float | list:
    """The value of a field, numbers with fractions and lists as what they say."""
    match value:
        case bool(): return b"true" if value else b"false"
        case int(): return str(value).encode()
        case float() | list(): return value
        case _: return value.encode()


def is_said(found: bytes, expected: bytes | float | list) -> bool:
    try:
        match expected:
            case float(): return struct.pack("=d", float(found)) == struct.pack("=d", expected)
            case list(): return json.loads(found) == expected
            case _: return found == expected
    except ValueError:
        # Of another key that is the same field.
        return False


def entries(export: bytes) -> Iterator[dict[str, list[bytes]]]:
    """What `journalctl -o export` prints; see the Journal Export Format."""
    entry: dict[str, list[bytes]] = defaultdict(list)
    place = 0
    while place < len(export):
        end = export.index(b"\n", place)
        name, equals, value = export[place:end].partition(b"=")
        place = end + 1
        if not name:
            yield dict(entry)
            entry = defaultdict(list)
        elif equals:
            entry[name.decode()].append(value)
        else:
            (size,) = struct.unpack_from("<Q", export, place)
            entry[name.decode()].append(export[place + 8:place + 8 + size])
            place += 8 + size + 1
    if entry:
        yield dict(entry)


class JournalHost(Host):
    """A container with a program that logs what it is told to."""

    def log(self, unit: str, *arguments: str, stdin: str = "", properties: tuple[str, ...] = ("LogRateLimitIntervalSec=0",)) -> str:
        """Runs the program as a unit to its end, and returns what it says of what it lost."""
        settings = [f"--property={setting}" for setting in properties]
        return self.run("systemd-run", "--quiet", "--wait", "--pipe", "--collect", f"--unit={unit}", *settings, SOURCE, *arguments,
                        stdin=stdin, timeout=180).stdout

    def entries(self, *matches: str) -> list[dict[str, list[bytes]]]:
        self.run("journalctl", "--sync")
        command = " ".join(["journalctl", "-q", "-o", "export", *matches, "|", "base64", "-w0"])
        return list(entries(base64.b64decode(self.run(command, timeout=180).stdout)))

    def numbers(self, unit: str) -> list[int]:
        """The numbers that came through, in the order of the journal."""
        return [int(entry["NUMBER"][0]) for entry in self.entries(f"_SYSTEMD_UNIT={unit}.service", "LOGGER=numbers")]


@pytest.fixture(scope="module")
def host(installation: Path) -> Iterator[JournalHost]:  # noqa: F811
    if not PROGRAM.exists():
        pytest.skip(f"no {PROGRAM}: swift build makes it")
    files = {"/": installation, "/etc/heliograph/heliograph.yml": CONFIGURATION, SOURCE: PROGRAM,
             "/etc/systemd/journald.conf.d/test.conf": JOURNALD}
    with JournalHost(files) as host:
        yield host


@pytest.fixture(scope="module")
def records(host: JournalHost) -> list[dict]:
    """Random records, which have been logged as a unit of the name `records`."""
    source = random.Random(15)
    made = [record(source, number) for number in range(RECORDS)]
    assert host.log("records", "records", stdin="\n".join(map(line, made))).split() == ["lost", "0"]
    return made


@pytest.fixture(scope="module")
def found(host: JournalHost, records: list[dict]) -> list[dict[str, list[bytes]]]:
    return [entry for entry in host.entries("_SYSTEMD_UNIT=records.service") if entry["LOGGER"][0].startswith(b"logger.")]


def test_ten_thousand_records_have_their_fields_byte_for_byte(records: list[dict], found: list[dict[str, list[bytes]]]) -> None:
    assert len(found) == len(records)
    for number, (record, entry) in enumerate(zip(records, found, strict=True)):
        expected = {
            "MESSAGE": [record["message"].encode()], "PRIORITY": [str(LEVELS[record["level"]]).encode()],
            "LOGGER": [record["logger"].encode()], "CODE_FILE": [b"Given/Record.swift"], "CODE_FUNC": [b"given()"],
            "CODE_LINE": [str(number).encode()], "SYSLOG_IDENTIFIER": [b"log-source"],
        }
        for key, value in record["metadata"].items():
            expected.setdefault(field_name(key), []).append(plain(value))
        own = {name: values for name, values in entry.items() if not name.startswith("_") and name not in ("TID", "EVENT")}
        assert own.keys() == expected.keys(), record
        for name, values in expected.items():
            # Of a field that is there twice with one value, journald keeps one.
            for value in values:
                assert any(is_said(each, value) for each in own[name]), (name, value, own[name])
            for each in own[name]:
                assert any(is_said(each, value) for value in values), (name, values, each)


def test_the_event_keeps_the_types(records: list[dict], found: list[dict[str, list[bytes]]]) -> None:
    for record, entry in zip(records, found, strict=True):
        event = json.loads(entry["EVENT"][0])
        # JSON has no word for infinities.
        metadata = {key: str(value) if value in (float("inf"), float("-inf")) and isinstance(value, float) else value
                    for key, value in record["metadata"].items()}
        assert (event["level"], event["logger"], event["message"]) == (record["level"], record["logger"], record["message"])
        assert event.get("metadata", {}) == metadata
        assert {key: type(value) for key, value in event.get("metadata", {}).items()} == {
            key: type(value) for key, value in metadata.items()}


def test_the_command_reads_them_back(host: JournalHost, records: list[dict]) -> None:
    def lines(*arguments: str) -> list[dict]:
        output = host.run("heliograph", "logs", "--unit=records", "--format=json", *arguments, timeout=180).stdout
        return [shown for shown in map(json.loads, output.split("\n")[:-1]) if shown["logger"].startswith("logger.")]

    assert [(shown["message"], shown["logger"]) for shown in lines()] == [
        (record["message"], record["logger"]) for record in records]
    errors = [record["message"] for record in records if LEVELS[record["level"]] <= 3]
    assert [shown["message"] for shown in lines("--level=error")] == errors
    third = [record["message"] for record in records if record["logger"] == "logger.3"]
    assert [shown["message"] for shown in lines("--field=LOGGER=logger.3")] == third


@pytest.mark.parametrize("count", [1100, 10_000])
def test_an_entry_of_many_keys_reaches_the_journal(host: JournalHost, count: int) -> None:
    metadata = {f"k{number:05}": number for number in range(count)}
    unit = f"many{count}"
    made = {"level": "info", "logger": "many", "message": "many keys", "metadata": metadata}
    assert host.log(unit, "records", stdin=line(made)).split() == ["lost", "0"]
    found = host.entries(f"_SYSTEMD_UNIT={unit}.service", "LOGGER=many")
    assert [entry["MESSAGE"] for entry in found] == [[b"many keys"]]
    fields = {name: values for name, values in found[0].items() if re.fullmatch(r"K\d+", name)}
    assert fields == {f"K{number:05}": [str(number).encode()] for number in range(900)}
    assert found[0]["FIELDS_LEFT_OUT"] == [str(count - 900).encode()]
    assert json.loads(found[0]["EVENT"][0])["metadata"] == metadata


def test_a_journal_that_stops_holds_nobody_up(host: JournalHost) -> None:
    count = 60_000
    host.run("systemctl", "kill", "-s", "STOP", "systemd-journald")
    try:
        host.run("systemd-run", "--quiet", "--unit=stopped", "--property=LogRateLimitIntervalSec=0",
                 "--property=StandardOutput=file:/run/stopped", "--property=StandardError=journal", SOURCE, "numbers", str(count))
        host.eventually(lambda: "slowest" in host.run("cat /run/stopped", check=False).stdout, "all calls have returned", 60)
        time.sleep(STOPPED_SECONDS)
    finally:
        host.run("systemctl", "kill", "-s", "CONT", "systemd-journald")
    host.eventually(lambda: "lost" in host.run("cat /run/stopped").stdout, "the program ends", 60)
    lost = int(host.run("cat /run/stopped").stdout.split()[-1])
    numbers = host.numbers("stopped")

    assert lost > 0
    assert len(numbers) == count - lost
    assert numbers == sorted(set(numbers))
    assert set(range(0, count, 100)) <= set(numbers), "an error was lost for debug messages"
    notices = host.entries("_SYSTEMD_UNIT=stopped.service", "PRIORITY=4")
    assert sum(int(entry.get("LOST_DEBUG", [b"0"])[0]) for entry in notices) == lost
    assert host.run("heliograph", "logs", "--unit=stopped", "--level=error", "--format=json").stdout.count("number ") == count / 100


def test_a_journal_that_restarts_loses_nothing(host: JournalHost) -> None:
    host.run("systemd-run", "--quiet", "--unit=restarted", "--property=LogRateLimitIntervalSec=0",
             "--property=StandardOutput=file:/run/restarted", "--property=StandardError=journal", SOURCE, "numbers", "3000")
    host.run("systemctl", "restart", "systemd-journald")
    host.eventually(lambda: "lost" in host.run("cat /run/restarted").stdout, "the program ends", 60)

    assert host.run("cat /run/restarted").stdout.split()[-1] == "0"
    assert host.numbers("restarted") == list(range(3000))


def test_a_rate_limit_holds_nobody_up(host: JournalHost) -> None:
    limited = ("LogRateLimitIntervalSec=2s", "LogRateLimitBurst=100")
    assert host.log("limited", "numbers", "3000", properties=limited).split()[-2:] == ["lost", "0"]
    assert 100 <= len(host.numbers("limited")) < 3000

    def is_told() -> bool:
        host.log("limited", "numbers", "2", properties=limited)
        return host.run("journalctl -q -u systemd-journald --grep 'Suppressed .* limited.service'", check=False).stdout != ""

    host.eventually(is_told, "journald says how many it left out")


def test_a_full_disk_holds_nobody_up(host: JournalHost) -> None:
    place = "/run/log/journal"
    host.run(f"mount -t tmpfs -o size=20M tmpfs {place} && systemctl restart systemd-journald")
    try:
        host.run(f"dd if=/dev/zero of={place}/filler bs=4k", check=False)
        assert re.search(r"lost \d+\n", host.log("full", "numbers", "20000"))
        host.run(f"rm {place}/filler")


        def comes_through() -> bool:
            host.log("emptied", "numbers", "10")
            return host.numbers("emptied")[-10:] == list(range(10))

        # journald looks at the disk again after half a minute.
        host.eventually(comes_through, "journald writes again", 60)
        shown = host.run("heliograph", "logs", "--unit=emptied", "--level=error").stdout
        assert " number 0 " in shown
    finally:
        host.run(f"umount -l {place}; systemctl restart systemd-journald")
