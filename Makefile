# make run and make test are all that a newcomer needs; `make help` lists the rest.

SWIFT ?= swift
BINARY := .build/release/heliograph
SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)

RUN_PACKAGES := libcrypt-dev libgnutls28-dev libisal-dev libmicrohttpd-dev libsystemd-dev libyaml-dev libzstd-dev zlib1g-dev binutils make pkg-config
TEST_PACKAGES := $(shell cat Tests/System/packages.txt)
BENCH_PACKAGES := python3 wrk prometheus-node-exporter golang-go golang-github-prometheus-client-golang-dev librust-prometheus-dev \
    $(shell command -v cargo > /dev/null || echo cargo rustc) g++ prometheus-cpp-dev
CHECK_PACKAGES := python3 valgrind

include systemd/install.mk
include Tests/System/system.mk
include Tests/sanitize.mk
include Tests/fuzz.mk

.DEFAULT_GOAL := help
.PHONY: help run build test test-swift test-portable test-soak test-state-model test-dashboards test-tsan test-asan test-sanitizers lint format docs clean
.PHONY: bench bench-hooks bench-build bench-check bench-record packages-run packages-test packages-bench packages-check

help:
	@echo "make run       install packages, build, start the service and say what to open"
	@echo "make test      install what tests need and run all of them"
	@echo "make build     build the release binary, $(BINARY)"
	@echo "make test-portable  run the tests of events with what stands in for Linux on a Mac"
	@echo "make test-soak attach and detach a million times while eight threads emit"
	@echo "make test-state-model  change, kill and follow stores at random for ten minutes beside a model"
	@echo "make test-tsan run the tests of what threads share under ThreadSanitizer; test-asan under AddressSanitizer"
	@echo "make test-sanitizers  both, of what changes most often put at risk, in about five minutes"
	@echo "make test-attack  attack the installed service for ATTACK_SECONDS (600) in a real systemd, and report what it took"
	@echo "make test-gaps  kill the installed service in a real systemd, and report how long it is away"
	@echo "make test-start-kills  kill the service at each system call of a start"
	@echo "make fuzz      fuzz each parser of what comes from outside for FUZZ_SECONDS (60)"
	@echo "make bench     measure the hot paths beside peers: JSON lines, ratios, goals"
	@echo "make bench-hooks  time and allocations of a request to Hummingbird with and without its hook"
	@echo "make bench-check  compare instructions of the hot paths with the record; bench-record records anew"
	@echo "make lint      check the style; make format repairs it"
	@echo "make install   install binary, units and dashboards (DESTDIR, PREFIX); make uninstall removes them"

# Asks the package database first, so that nothing is fetched when nothing is missing.
define install_packages
	@missing=$$(for name in $(1); do \
	    dpkg-query -W -f='$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || echo $$name; done); \
	if [ -n "$$missing" ]; then \
	    $(SUDO) apt-get update -qq && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

packages-run:
	$(call install_packages,$(RUN_PACKAGES))

packages-test:
	$(call install_packages,$(RUN_PACKAGES) $(TEST_PACKAGES))

packages-bench:
	$(call install_packages,$(RUN_PACKAGES) $(BENCH_PACKAGES))

packages-check:
	$(call install_packages,$(RUN_PACKAGES) $(CHECK_PACKAGES))

# A table of relative relocations takes a few bits each, which lld makes and glibc has read since 2.36; and nobody links
# against the symbols of the service. Together 2 MB of 20.
SMALL := -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic

build: packages-run
	$(SWIFT) build -c release --static-swift-stdlib --product heliograph $(SMALL)

run: build
	@echo
	@echo "  Open   http://localhost:9568/          (Prometheus scrapes http://localhost:9568/metrics)"
	@echo "  Send   bash -c 'echo \"hello.world:1|c\" > /dev/udp/127.0.0.1/9125'"
	@echo "  Stop   Ctrl-C"
	@echo
	@exec $(BINARY) serve

test: packages-test build test-swift test-portable test-dashboards test-system

# Some compute for seconds, and beside any number of others, clients of servers would wait past their timeouts for a processor.
LONG_TESTS := TimeTests|HostileTextTests|HTTPServerStreamTests|UniqueLabelsTests|InheritanceTests|DamagedStateTests|WireExpiry|RowScanTests|RandomPageTests
HURRIED_TESTS := TCPConnectionTests|HTTPFetchTests|HTTPServerStopTests|HTTPServerRotationTests|HTTPServerHandshakeTests|HTTPServerLimitTests|HTTPServerAbuseTests|ControlListenerTests
CHECKED := --explicit-target-dependency-import-check error

test-swift:
	$(SWIFT) test $(CHECKED) --skip '$(LONG_TESTS)|$(HURRIED_TESTS)'
	$(SWIFT) test $(CHECKED) --filter '$(LONG_TESTS)'
	$(SWIFT) test $(CHECKED) --filter '$(HURRIED_TESTS)'

# What stands in for Linux on a Mac, on Linux; and the C code by the compiler for a Mac, which has none of its headers here.
PORTABLE := -Xswiftc -DHELIOGRAPH_PORTABLE --scratch-path .build-portable
test-portable: export HELIOGRAPH_TARGETS = CThread Threads Telemetry TestKit ThreadsTests TelemetryTests
test-portable:
	$(CLANG) --target=arm64-apple-macos26 -ffreestanding -nostdinc -isystem $$($(CLANG) -print-resource-dir)/include \
	    -ISources/CThread/include -Wall -Wextra -Werror -fsyntax-only Sources/CThread/cthread.c
	$(SWIFT) build --product heliographPackageTests $(PORTABLE)
	$(SWIFT) test --skip-build $(PORTABLE)

# A million rounds of what `make test` does a few thousand of: handlers that come and go while eight threads emit.
test-soak:
	HELIOGRAPH_SOAK=1 $(SWIFT) test --filter HandlerChurn

# Ten minutes of what `make test` does a few thousand of: random operations on a store and on a model of it, with kills.
test-state-model:
	HELIOGRAPH_MODEL_SECONDS=600 $(SWIFT) test --filter StateModelTests

test-dashboards:
	promtool check rules dashboards/alerts.yml
	promtool test rules dashboards/alerts_test.yml

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks Examples Snippets
	@awk -f Tests/time-limits.awk $$(grep -rl --include='*.swift' '@Test\b' Tests)

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Benchmarks Examples Snippets

bench: packages-bench build
	@Benchmarks/run

bench-build: packages-run
	$(SWIFT) build --package-path Benchmarks -c release --product Measure

# What a hooked request costs over a bare one; a package of its own, as it compiles Hummingbird.
bench-hooks: packages-run
	$(SWIFT) run -c release --package-path Benchmarks/Hooks Requests

# What a path needs is counted, so that the machine's load and speed do not matter.
bench-check: packages-check
	cd Benchmarks && python3 -m unittest discover --quiet --start-directory tests --top-level-directory .
	Benchmarks/check

bench-record: packages-check
	Benchmarks/check --record

docs: build
	$(BINARY) metrics > docs/metrics.md
	sed -i '/^<!-- What follows is made/{n;q}' docs/configuration.md
	$(BINARY) configuration >> docs/configuration.md
	sed -i '/^<!-- What follows is made/{n;q}' docs/web-configuration.md
	$(BINARY) web-configuration >> docs/web-configuration.md
	sed -i '/^<!-- What follows is made/{n;q}' docs/operations.md
	$(BINARY) causes >> docs/operations.md

clean:
	rm -rf .build .build-system-tests .build-examples .build-tsan .build-asan .build-fuzz .build-portable Benchmarks/.build
