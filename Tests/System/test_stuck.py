"""A part of the service that does not end when it is told to: the service fails, and both it and its successor say so."""

import json
import signal
import subprocess
import sys
from pathlib import Path

FREEZE = Path(__file__).resolve().parent / "freeze.py"
UNAVAILABLE = 69
STUCK_ID = "07dbaf1e6a5f4cac97454acbea168a34"
GAVE_UP_ID = "4a09ea20653448d5bf69b64cc45e46cd"
CRASHED_ID = "7a9e52b135734a7d9ca35e10048dfc1c"


def end_with_frozen(service, thread):
    """Tells the service to end while one of its threads does nothing any more; gives the exit code."""
    with subprocess.Popen([sys.executable, str(FREEZE), str(service.process.pid), thread],
                          stdout=subprocess.PIPE, text=True) as freezer:
        try:
            assert freezer.stdout.readline() == "frozen\n"
            service.process.send_signal(signal.SIGTERM)
            return service.process.wait(30)
        finally:
            freezer.kill()


def test_a_stuck_part_fails_the_service(start, directory):
    arguments = (f"--state.directory={directory / 'state'}",)
    service = start(arguments=arguments)
    assert end_with_frozen(service, "events") == UNAVAILABLE
    lines = service.log().splitlines()
    assert lines[-1].startswith("heliograph: ")
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    critical = [entry["metadata"] for entry in entries if entry["level"] == "critical"]
    assert [(said["message_id"], said["supervisor"], said.get("child")) for said in critical] == [
        (STUCK_ID, "heliograph", "event-socket"), (GAVE_UP_ID, "heliograph", None)]

    successor = start(arguments=arguments)
    assert CRASHED_ID in successor.log()
    page = successor.page()
    assert page.value("heliograph_restarts_total", cause="crash") == 1
    # Their first minute is shown as zero, but without a count they would not be there.
    stuck = {"supervisor": "heliograph", "child": "event-socket"}
    assert stuck in page.labels("heliograph_supervisor_stuck_total")
    assert {"supervisor": "heliograph"} in page.labels("heliograph_supervisor_failed_total")
