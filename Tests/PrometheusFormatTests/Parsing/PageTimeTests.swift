import Testing

@testable import PrometheusFormat

/// Pages that would take hours if the time to judge them grew faster than their length.
@Suite(.timeLimit(.minutes(5)))
struct PageTimeTests {
    private static let count = 12_000

    @Test(arguments: [ExpositionFormat.text, .openMetrics])
    func manyLabelsOfOneSample(format: ExpositionFormat) {
        let labels = (0..<Self.count).map { "l\($0)=\"\"" }.reversed().joined(separator: ",")
        #expect(check("m{\(labels)} 1\n", format).sampleCount == 1)
        #expect(!check("m{\(labels),l0=\"\"} 1\n", format).isValid)
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics])
    func manySamplesOfOneFamily(format: ExpositionFormat) {
        let samples = (0..<Self.count).map { "m{a=\"\($0)\"} 1\n" }.joined()
        #expect(check("# TYPE m gauge\n\(samples)", format).sampleCount == Self.count)
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics])
    func manyFamilies(format: ExpositionFormat) {
        let families = (0..<Self.count).map { "# TYPE m\($0) gauge\nm\($0) 1\n" }.joined()
        #expect(check(families, format).familyCount == Self.count)
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics])
    func manyBuckets(format: ExpositionFormat) {
        let buckets = (0..<Self.count).map { "m_bucket{le=\"\($0).0\"} 1\n" }.joined()
        let page = "# TYPE m histogram\n\(buckets)m_bucket{le=\"+Inf\"} 1\nm_count 1\nm_sum 1\n"
        #expect(check(page, format).sampleCount == Self.count + 3)
    }

    @Test func familiesOfTheTextFormatThatTakeTurns() {
        let rounds = (0..<Self.count).map { "a{n=\"\($0)\"} 1\nb{n=\"\($0)\"} 1\n" }.joined()
        #expect(check(rounds, .text).sampleCount == 2 * Self.count)
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics])
    func longNamesTextsAndNumbers(format: ExpositionFormat) {
        let long = String(repeating: "a", count: 200_000)
        let number = String(repeating: "1", count: 200_000)
        let escapes = String(repeating: "\\n", count: 100_000)
        let flags = String(repeating: "\u{1F1E9}\u{1F1EA}", count: 20_000)
        #expect(check("# HELP \(long) \(escapes)\n\(long) 1\n", format).isValid)
        #expect(check("m{a=\"\(escapes)\",b=\"\(flags)\"} 0.\(number)\n", format).isValid)
        #expect(check("m{\(long)=\"\"} 0.\(number)e-5\n", format).isValid)
        #expect(!check("m \(number)x\n", format).isValid)
    }

    @Test func aLargeGroupDoesNotBurdenTheOnesBehindIt() throws {
        var groups = SampleGroups()
        let family = ExpositionFamily(name: "m", type: .histogram, line: 1)
        for bound in 0..<10_000 {
            let labels = [ExpositionLabel(name: "le", value: "\(bound)")]
            try groups.add(ExpositionSample(name: "m_bucket", labels: labels, value: 1, line: 1), of: family)
        }
        let other = [ExpositionLabel(name: "a", value: "")]
        try groups.add(ExpositionSample(name: "m_count", labels: other, value: 1, line: 1), of: family)
        #expect(groups.series.capacity < 1000)
    }

    @Test func headersOfAnyLength() {
        for part in ["text/plain;a=b,", "text/plain;", ";q=0.5", "\"", "/", " ", "a/b;c=\"\\\"\","] {
            let header =
                String(repeating: part, count: 10_000) + ",application/openmetrics-text;version=1.0.0"
            _ = PageFormat.negotiate(accept: header)
            _ = ExpositionFormat(contentType: header)
        }
    }

    private func check(_ page: String, _ format: ExpositionFormat) -> ExpositionCheck {
        ExpositionCheck(Array((page + (format == .openMetrics ? "# EOF\n" : "")).utf8), format: format)
    }
}
