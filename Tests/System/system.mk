# Tests of the whole service: its binary, real clients and a real Prometheus on loopback.
# Debian packages: packages.txt. Override HELIOGRAPH_BINARY to test another build, PYTEST_ARGUMENTS to select.

SYSTEM_TESTS := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
SYSTEM_VENV := $(abspath $(SYSTEM_TESTS)/../..)/.build-system-tests/venv
PYTEST_ARGUMENTS ?=

ATTACK_SECONDS ?= 600

.PHONY: test-system test-attack test-gaps test-start-kills
test-system: $(SYSTEM_VENV)/installed
	cd $(SYSTEM_TESTS) && $(SYSTEM_VENV)/bin/python -m pytest -ra $(PYTEST_ARGUMENTS)

# Everything hostile at once under the unit's MemoryMax= in a real systemd, which needs root; no part of the tests.
test-attack: $(SYSTEM_VENV)/installed
	cd $(SYSTEM_TESTS) && ATTACK_SECONDS=$(ATTACK_SECONDS) $(SYSTEM_VENV)/bin/python attack.py

# A kill at each system call of a start, of which the tests take a few.
test-start-kills: $(SYSTEM_VENV)/installed
	cd $(SYSTEM_TESTS) && START_KILL_STRIDE=1 $(SYSTEM_VENV)/bin/python -m pytest -rP test_start_kills.py

# How long the service is away when it is killed, in a real systemd, which needs root.
test-gaps: $(SYSTEM_VENV)/installed
	cd $(SYSTEM_TESTS) && $(SYSTEM_VENV)/bin/python gaps.py

$(SYSTEM_VENV)/installed: $(SYSTEM_TESTS)/requirements.txt
	test -x $(SYSTEM_VENV)/bin/python || python3 -m venv $(SYSTEM_VENV)
	$(SYSTEM_VENV)/bin/python -m pip install --quiet --requirement $<
	touch $@
