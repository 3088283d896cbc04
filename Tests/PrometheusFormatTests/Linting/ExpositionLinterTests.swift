@testable import PrometheusFormat
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExpositionLinterTests {
    private func rules(_ page: String, _ format: ExpositionFormat = .text) -> [LintRule] {
        let check = ExpositionCheck(Array(page.utf8), format: format)
        #expect(check.error == nil)
        return check.findings.map(\.rule)
    }

    /// Lints a sample of a documented family.
    private func rules(type: String, _ sample: String) -> [LintRule] {
        let name = sample.prefix { $0 != "{" && $0 != " " }
        return rules("# HELP \(name) x\n# TYPE \(name) \(type)\n\(sample)\n")
    }

    @Test func findsNothingInAGoodPage() {
        let page = """
            # HELP shop_orders_total Orders.
            # TYPE shop_orders_total counter
            shop_orders_total{payment="card"} 1
            # HELP shop_wait_seconds Waiting.
            # TYPE shop_wait_seconds histogram
            shop_wait_seconds_bucket{le="1.0"} 1
            shop_wait_seconds_bucket{le="+Inf"} 1
            shop_wait_seconds_sum 0.5
            shop_wait_seconds_count 1

            """
        #expect(rules(page) == [])
    }

    @Test(arguments: ["x 1\n", "# HELP x\nx 1\n", "# TYPE x gauge\nx 1\n"])
    func findsMissingHelp(page: String) {
        #expect(rules(page) == [.missingHelp])
    }

    @Test(arguments: [
        ("x_milliseconds 1", "milliseconds", "seconds"), ("x_kilobytes 1", "kilobytes", "bytes"),
        ("x_hours_left 1", "hours", "seconds"), ("x_bits 1", "bits", "bytes"),
        ("x_kelvins 1", "kelvins", "kelvin"), ("x_kilometers 1", "kilometers", "meters"),
    ])
    func findsUnitsThatAreNotBaseUnits(sample: String, found: String, base: String) {
        #expect(rules(type: "gauge", sample) == [.nonBaseUnit(found: found, base: base)])
    }

    @Test(arguments: [
        "x_seconds 1", "x_bytes 1", "x_celsius 1", "thermometers 1", "x_ratio 1", "x_megalith 1",
    ])
    func leavesOtherWordsAlone(sample: String) {
        #expect(rules(type: "gauge", sample) == [])
    }

    @Test(arguments: [
        ("counter", "x 1", LintRule.counterWithoutTotal),
        ("gauge", "x_total 1", .totalOnOther),
        ("gauge", "x_ms 1", .abbreviatedUnit("ms")),
        ("gauge", "x_S_y 1", .abbreviatedUnit("s")),
        ("gauge", "x_bucket 1", .reservedSuffix("_bucket", owner: "histograms")),
        ("gauge", "x_count 1", .reservedSuffix("_count", owner: "histograms and summaries")),
        ("gauge", "x_sum 1", .reservedSuffix("_sum", owner: "histograms and summaries")),
        ("gauge", "x{le=\"1\"} 1", .reservedLabel("le", owner: "histograms")),
        ("gauge", "x{quantile=\"1\"} 1", .reservedLabel("quantile", owner: "summaries")),
        ("gauge", "x_gauge 1", .typeInName("gauge")),
        ("gauge", "x_counter_y 1", .typeInName("counter")),
        ("gauge", "x:y 1", .colonInName),
        ("gauge", "xY 1", .camelCaseName),
        ("gauge", "x{yZ=\"\"} 1", .camelCaseLabel("yZ")),
    ])
    func findsBadNames(type: String, sample: String, rule: LintRule) {
        #expect(rules(type: type, sample) == [rule])
    }

    @Test(arguments: ["x_total 1", "x_count 1", "x_bucket{le=\"1\",quantile=\"1\"} 1"])
    func leavesUntypedNamesAlone(sample: String) {
        #expect(rules(type: "untyped", sample) == [])
    }

    @Test(arguments: [
        ("x_bucket{le=\"1\"} 1", LintRule.missingInfinityBucket),
        ("x_count 1", .missingInfinityBucket),
        ("x_bucket 1", .bucketWithoutBound),
        ("x_bucket{le=\"+Inf\"} 1\nx_bucket{le=\"1\"} 2", .bucketsNotCumulative),
        ("x_bucket{le=\"+Inf\"} 1\nx_count 2", .countDiffersFromBuckets),
        ("x_bucket{le=\"+Inf\"} 1\nx_bucket{le=\"+Inf\"} 1", .duplicateSeries("x_bucket")),
    ])
    func findsBrokenHistograms(samples: String, rule: LintRule) {
        #expect(rules("# HELP x y\n# TYPE x histogram\n\(samples)\n") == [rule])
    }

    @Test(arguments: [
        ("counter", "x_total NaN", ExpositionFault.notANumber(sample: "x_total")),
        ("counter", "x_total -1", .negative(sample: "x_total", value: -1)),
        ("summary", "x{quantile=\"2\"} 1", .invalidLabelValue("2", label: "quantile")),
        ("summary", "x{quantile=\"-0.1\"} 1", .invalidLabelValue("-0.1", label: "quantile")),
        ("summary", "x{quantile=\"NaN\"} 1", .invalidLabelValue("NaN", label: "quantile")),
        ("summary", "x_count -1", .negative(sample: "x_count", value: -1)),
        ("histogram", "x_count NaN\nx_bucket{le=\"+Inf\"} 1", .notANumber(sample: "x_count")),
        (
            "histogram", "x_bucket{le=\"1\"} -1\nx_bucket{le=\"+Inf\"} 1",
            .negative(sample: "x_bucket", value: -1)
        ),
        ("histogram", "x_bucket{le=\"+Inf\"} 1.5", .notAnInteger(sample: "x_bucket", value: 1.5)),
        (
            "histogram", "x_bucket{le=\"NaN\"} 1\nx_bucket{le=\"+Inf\"} 1",
            .invalidLabelValue("NaN", label: "le")
        ),
    ])
    func findsSamplesThatNoMetricOfTheTypeHas(type: String, samples: String, fault: ExpositionFault) {
        let name = type == "counter" ? "x_total" : "x"
        let found = rules("# HELP \(name) y\n# TYPE \(name) \(type)\n\(samples)\n")
        #expect(found.first == .wrongSample(fault))
    }

    @Test(arguments: [
        ("summary", "x{quantile=\"0.5\"} NaN\nx_sum -1\nx_count 0"), ("summary", "x{quantile=\"1\"} -5"),
        ("histogram", "x_bucket{le=\"-1\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum -2\nx_count 1"),
        ("untyped", "x{quantile=\"2\"} -1"), ("gauge", "x NaN"),
    ])
    func leavesNumbersThatObservationsExplainAlone(type: String, samples: String) {
        #expect(rules("# HELP x y\n# TYPE x \(type)\n\(samples)\n") == [])
    }

    @Test func findsBucketsThatDescend() {
        let buckets = ["x_bucket{le=\"+Inf\"} 3", "x_bucket{le=\"2\"} 2", "x_bucket{le=\"1\"} 1"]
        let head = "# HELP x y\n# TYPE x histogram\n"
        #expect(rules("\(head)\(buckets.joined(separator: "\n"))\n") == [.bucketsOutOfOrder])
        #expect(rules("\(head)\(buckets.reversed().joined(separator: "\n"))\n") == [])
    }

    @Test func findsScatteredFamilies() {
        let page = "# HELP x y\nx{a=\"1\"} 1\n# HELP z y\nz 1\nx{a=\"2\"} 1\nz{a=\"2\"} 1\n"
        let check = ExpositionCheck(Array(page.utf8), format: .text)
        #expect(
            check.findings == [
                ExpositionFinding(metric: "x", line: 5, rule: .scatteredFamily),
                ExpositionFinding(metric: "z", line: 6, rule: .scatteredFamily),
            ])
    }

    @Test func knowsHowOpenMetricsNamesCounters() {
        #expect(rules("# HELP x y\n# TYPE x counter\nx_total 1\n# EOF\n", .openMetrics) == [])
        #expect(
            rules("# HELP x_total y\n# TYPE x_total counter\nx_total_total 1\n# EOF\n", .openMetrics)
                == [.totalInCounterFamily])
    }

    @Test func findsBoundsThatAreNotCanonical() {
        let page = "# HELP x y\n# TYPE x summary\nx{quantile=\"0.5\"} 1\nx{quantile=\"1\"} 1\n# EOF\n"
        #expect(
            rules(page, .openMetrics) == [.nonCanonicalBound(label: "quantile", value: "1", canonical: "1.0")]
        )
    }
}
