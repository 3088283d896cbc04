# The tests of what threads share.
SANITIZED := ^(Threads|Arena|Telemetry|TelemetryMetrics|TelemetryTesting|SwiftMetricsBridge|Supervision|SupervisionLifecycle)Tests[.]|[.](LogQueue|LogRules|KnownLoggers|LeftRecords)Tests|ConcurrentPageTests|SeriesFamilyRecordingTests
# The compiler of Swift's toolchain, as the other one doesn't know Swift's calling convention.
CLANG := $(dir $(realpath $(shell command -v $(SWIFT))))clang

.build-tsan/visible_mutex.so: Tests/Sanitizers/visible_mutex.c
	@mkdir -p $(@D)
	$(CLANG) -O1 -Wall -Wextra -Werror -shared -fPIC $< -o $@

# Preloads what shows ThreadSanitizer the contended path of Mutex; nothing is suppressed.
test-tsan: .build-tsan/visible_mutex.so
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build-tsan
	LD_PRELOAD=$(abspath $<) $(SWIFT) test --skip-build --sanitize=thread --scratch-path .build-tsan \
	    --filter '$(SANITIZED)'

# Without leaks, of which XCTest has two, and of which Swift's weak references seem to be some; and with the real stack, the
# depth of which a test measures.
test-asan:
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build-asan
	ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 $(SWIFT) test --skip-build --sanitize=address --scratch-path .build-asan \
	    --filter '$(SANITIZED)'

# Where changes land: suites with threads that share something under ThreadSanitizer, and all of what is unsafe or wraps C under
# AddressSanitizer. Each is built with what it needs alone; what one thread computes for long is left out, and ByteRingTests under
# ThreadSanitizer, which reports nothing even where records are published by a relaxed store.
SHARED := Bytes CLinux CThread Threads Telemetry Linux Arena TelemetryMetrics TelemetryTesting PrometheusFormat TestKit \
    Listeners Ingest Supervision SupervisionLifecycle CSystemd Systemd LogTelemetry JournalLogging ThreadsTests TelemetryTests \
    ArenaTests TelemetryMetricsTests IngestTests SupervisionTests SupervisionLifecycleTests JournalLoggingTests
SHARING := ^(Threads|Supervision|SupervisionLifecycle)Tests[.]|[.](LogQueue|LogRules|KnownLoggers|LeftRecords|Cells?|ArenaReuse|RowLife|RowCopies|TableConcurrency|PublishedReference|ReclamationDomain|HandlerChurn|Owner|Exemplar|SeriesLimit|MetricFailure|MetricStore|EventRecording|EventMetrics|HotSeries|SlidingWindow|NativeConcurrency|NativeOwnBuckets|NativeLimit|DistinctCount)Tests
UNSAFE := Bytes CLinux CThread Threads Telemetry Linux Arena CCrypt Crypt CGnuTLS GnuTLS CISAL CMicrohttpd CZlib CZstd Microhttpd CSystemd Systemd CYAML \
    YAML TestKit BytesTests ArenaTests CryptTests GnuTLSTests LinuxTests MicrohttpdTests SystemdTests YAMLTests
COMPUTED := findsEachOfManyTextsOfAllLengths|splitsGroupsThatARowHasNoRoomFor|takesLessThanEightKibibytesPerSeries|clearsTheLineOfASliceThatIsGone|countsExactlyBeyondWhatASmallCounterHolds|staysHighWhereACounterIsFull
# AddressSanitizer takes terabytes of addresses itself, and has a heap of its own.
ADDRESSES := leavesThreeQuartersOfALimitedAddressSpaceToOthers|countsThoseThatRunAtOnce|ResourceLimitTests|ArenaTrimTests
TSAN := --sanitize=thread --scratch-path .build-tsan
ASAN := --sanitize=address --scratch-path .build-asan

test-sanitizers: .build-tsan/visible_mutex.so
	HELIOGRAPH_TARGETS='$(SHARED)' $(SWIFT) build --product heliographPackageTests $(TSAN)
	HELIOGRAPH_TARGETS='$(SHARED)' HELIOGRAPH_SHORT=1 LD_PRELOAD=$(abspath $<) $(SWIFT) test --skip-build $(TSAN) --filter '$(SHARING)' --skip '$(COMPUTED)'
	HELIOGRAPH_TARGETS='$(UNSAFE)' $(SWIFT) build --product heliographPackageTests $(ASAN)
	HELIOGRAPH_TARGETS='$(UNSAFE)' ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 $(SWIFT) test --skip-build $(ASAN) \
	    --skip '$(COMPUTED)|$(ADDRESSES)|$(LONG_TESTS)'
