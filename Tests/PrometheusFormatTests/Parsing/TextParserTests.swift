@testable import PrometheusFormat
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TextParserTests {
    private func parse(_ page: String) throws -> Exposition {
        try TextParser.parse(Array(page.utf8))
    }

    @Test func readsAWholePage() throws {
        let page = """
            # a comment
            # HELP jobs_total Jobs "done"\\n\\\\.

            # TYPE jobs_total counter
            \tjobs_total { kind = "a\\"\\\\\\n" , } 3 -1500
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="+Inf"} 2
            wait_seconds_sum 2.5
            wait_seconds_count 2
            loose +Inf

            """
        let jobs = ExpositionFamily(
            name: "jobs_total", type: .counter, help: "Jobs \"done\"\n\\.",
            samples: [
                ExpositionSample(
                    name: "jobs_total", labels: [ExpositionLabel(name: "kind", value: "a\"\\\n")], value: 3,
                    timestamp: -1.5, line: 5)
            ],
            line: 2)
        let wait = ExpositionFamily(
            name: "wait_seconds", type: .histogram,
            samples: [
                ExpositionSample(
                    name: "wait_seconds_bucket", labels: [ExpositionLabel(name: "le", value: "+Inf")],
                    value: 2, line: 7),
                ExpositionSample(name: "wait_seconds_sum", labels: [], value: 2.5, line: 8),
                ExpositionSample(name: "wait_seconds_count", labels: [], value: 2, line: 9),
            ],
            line: 6)
        let loose = ExpositionFamily(
            name: "loose", samples: [ExpositionSample(name: "loose", labels: [], value: .infinity, line: 10)],
            line: 10)
        #expect(try parse(page) == Exposition(families: [jobs, wait, loose]))
    }

    @Test(arguments: [
        "", "\n \n\t",
        "# EOF\n", "#\n# \n#HELP\n# HELP a\n# TYPE a\n", "a+1\n", "a{b=\"c\"}1\n", "a{}1 2\n",
        "a 1\n# HELP a x\n", "a 1\nb 1\na 2\n", "a 1\na 1\n", "# UNIT a b c\n", "# TYPE a untyped\na 00\n",
        "# TYPE a summary\n# HELP a_sum x\na_sum 1\n",
        "a Inf\na iNFinity\na nan\na .5\na 5.\na 1E5\na +5e-3\n",
    ])
    func acceptsWhatPromtoolAccepts(page: String) throws {
        _ = try parse(page)
    }

    @Test(arguments: [
        ("a 1", ExpositionFault.unterminatedLine, 1, 4),
        ("# x", .unterminatedLine, 1, 4),
        ("a\n", .expected("a value", found: "the end of the line"), 1, 2),
        ("a 1 \n", .expected("a timestamp", found: "the end of the line"), 1, 5),
        ("a 1 2 \n", .expected("the end of the line", found: "a space"), 1, 6),
        ("a 1\r\n", .invalidValue("1\\r"), 1, 3),
        ("a 1 1.5\n", .invalidTimestamp("1.5"), 1, 5),
        ("a 0x1p1\n", .invalidValue("0x1p1"), 1, 3),
        ("a 1_0\n", .invalidValue("1_0"), 1, 3),
        ("a +nan\n", .invalidValue("+nan"), 1, 3),
        ("0a 1\n", .expected("a metric name", found: "“0”"), 1, 1),
        ("a{,} 1\n", .expected("a label name", found: "“,”"), 1, 3),
        ("a{b=\"\\t\"} 1\n", .invalidEscape("\\t"), 1, 6),
        ("a{__name__=\"b\"} 1\n", .reservedLabelName("__name__"), 1, 3),
        ("# HELP 0 x\n", .expected("a metric name", found: "“0”"), 1, 8),
        ("# HELP a{} x\n", .expected("a space after the metric name", found: "“{”"), 1, 9),
        ("# HELP a \\t\n", .invalidEscape("\\t"), 1, 10),
        ("# HELP a \\\"\n", .invalidEscape("\\\""), 1, 10),
        ("# HELP a x\\\n", .invalidEscape("\\"), 1, 11),
        ("# HELP a x\n# HELP a x\n", .repeatedMetadata(keyword: "HELP", family: "a"), 2, 10),
        ("# TYPE a gauge\n# TYPE a gauge\n", .repeatedMetadata(keyword: "TYPE", family: "a"), 2, 10),
        ("a 1\n# TYPE a gauge\n", .metadataAfterSamples(keyword: "TYPE", family: "a"), 2, 10),
        ("# TYPE a info\n", .unknownType("info"), 1, 10),
        ("# TYPE a gauge \n", .unknownType("gauge "), 1, 10),
        ("# TYPE a histogram\na_bucket{le=\"x\"} 1\n", .invalidLabelValue("x", label: "le"), 2, 9),
        ("# TYPE a summary\na{quantile=\"\"} 1\n", .invalidLabelValue("", label: "quantile"), 2, 2),
    ])
    func namesFaultAndPlace(page: String, fault: ExpositionFault, line: Int, column: Int) {
        #expect(throws: ExpositionError.malformed(fault, line: line, column: column)) {
            try parse(page)
        }
    }
}
