import Telemetry
import TelemetryMetrics
import Testing

@testable import Exporting

/// What the exporter says of single metrics.
@Suite(.timeLimit(.minutes(5)))
struct MirroredCountsTests {
    private let exporter: Exporter
    private let event = Event<Double>("mirrored.tests")

    init() throws { exporter = try Exporter(MetricSet([])) }

    private func lines(_ start: String) -> [String] {
        String(decoding: exporter.render().bytes, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix(start) }
    }

    private func metric() throws -> Family {
        var definition = MetricDefinition(.counter, name: "a_total", help: "", labels: ["n"])
        definition.seriesLimit = 1
        return try exporter.store.registerOrReuse(definition)
    }

    @Test func countsOfAMetricGoWithIt() throws {
        let family = try metric()
        for number in 0..<3 { family.add(1, labels: ["\(number)"]) }
        family.rejections.add(.negative)
        #expect(
            lines("heliograph_metric_overflowed_total{")
                == [#"heliograph_metric_overflowed_total{metric="a_total"} 2"#])
        #expect(
            lines("heliograph_measurements_rejected_total{metric=\"a_total\"")
                == [#"heliograph_measurements_rejected_total{metric="a_total",cause="negative"} 1"#])
        exporter.store.remove([family])
        #expect(lines("heliograph_metric_overflowed_total{") == [])
        #expect(lines("heliograph_measurements_rejected_total{metric=\"a_total\"") == [])
        #expect(exporter.store.overflowed == 2)
    }

    @Test func countsThatComeBetweenTwoPagesAreOnTheSecond() throws {
        let family = try metric()
        family.add(1, labels: ["0"])
        for count in 1...2 {
            _ = exporter.render()
            family.add(1, labels: ["\(count)"])
            family.rejections.add(.negative)
            #expect(
                lines("heliograph_metric_overflowed_total{")
                    == [#"heliograph_metric_overflowed_total{metric="a_total"} \#(count)"#])
            #expect(
                lines("heliograph_measurements_rejected_total{metric=\"a_total\"")
                    == [
                        #"heliograph_measurements_rejected_total{metric="a_total",cause="negative"} \#(count)"#
                    ])
        }
    }

    @Test func aMetricThatTookTheNameBeginsAnew() throws {
        let first = try metric()
        for number in 0..<3 { first.add(1, labels: ["\(number)"]) }
        #expect(lines("heliograph_metric_overflowed_total{").count == 1)
        exporter.store.remove([first])
        let second = try metric()
        for number in 0..<2 { second.add(1, labels: ["\(number)"]) }
        #expect(
            lines("heliograph_metric_overflowed_total{")
                == [#"heliograph_metric_overflowed_total{metric="a_total"} 1"#])
        #expect(exporter.store.overflowed == 3)
    }
}
