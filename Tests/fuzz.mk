# How long each target is fuzzed.
FUZZ_SECONDS ?= 60
FUZZ_TARGETS := text openmetrics protobuf accept head token web-config
# What is built with the instrumentation.
FUZZED := Arena Bytes CCrypt CFuzzer CGnuTLS CISAL CLinux CMicrohttpd CThread CYAML CZlib CZstd ConfigurationKeys Crypt Endpoint FuzzTargets Fuzz GnuTLS \
    JSONWebTokens Linux Microhttpd PrometheusFormat Telemetry TelemetryMetrics Threads WebAccess WebConfigurationFile YAML

.PHONY: fuzz

# Each target for FUZZ_SECONDS; what it finds is in .build-fuzz/found, and belongs into Tests/Fuzz/corpora once it is mended.
fuzz: packages-run
	HELIOGRAPH_TARGETS='$(FUZZED)' $(SWIFT) build -c release --product Fuzz --scratch-path .build-fuzz \
	    -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer
	@mkdir -p .build-fuzz/found
	@for target in $(FUZZ_TARGETS); do \
	    echo "== $$target"; mkdir -p .build-fuzz/corpora/$$target; \
	    SWIFT_BACKTRACE=enable=no HELIOGRAPH_FUZZ_TARGET=$$target .build-fuzz/release/Fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	        -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 -verbosity=0 -artifact_prefix=.build-fuzz/found/$$target- \
	        .build-fuzz/corpora/$$target Tests/Fuzz/corpora/$$target || exit 1; \
	done
