import Telemetry
import Testing

@testable import Exporting
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct DirectMetricsTests {
    private let exporter: Exporter

    init() throws { exporter = try Exporter {} }

    private func lines(_ start: String) -> [String] {
        String(decoding: exporter.render().bytes, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix(start) }
    }

    @Test func countersCountByLabels() throws {
        let requests = try exporter.counter("requests", "Requests.", labels: "route", "code")
        requests.increment("/a", 200)
        requests.increment("/a", 200, by: 3)
        requests.increment("/b", 500, by: 0.5)
        requests.increment("/b", 500, by: -1)
        let total = try exporter.counter("all_total", "All.")
        total.increment()
        total.increment(by: 2)
        #expect(
            lines("requests_total{") == [
                #"requests_total{route="/a",code="200"} 4"#, #"requests_total{route="/b",code="500"} 0.5"#,
            ])
        #expect(lines("all_total ") == ["all_total 3"])
        #expect(
            lines("heliograph_measurements_rejected_total{") == [
                #"heliograph_measurements_rejected_total{metric="requests_total",cause="negative"} 1"#
            ])
    }

    @Test func gaugesAreSetAndAdjusted() throws {
        let depth = try exporter.gauge("depth", "Depth.", labels: "queue")
        depth.set(3, "mail")
        depth.adjust("mail", by: -1)
        depth.adjust("new", by: 2.5)
        depth.set(Duration.milliseconds(1500), "late")
        depth.adjust("mail", by: .infinity)
        depth.set(Int?.none, "mail")
        #expect(
            lines("depth{") == [
                #"depth{queue="mail"} 2"#, #"depth{queue="new"} 2.5"#, #"depth{queue="late"} 1.5"#,
            ])
        #expect(
            Set(lines("heliograph_measurements_rejected_total{")) == [
                #"heliograph_measurements_rejected_total{metric="depth",cause="not_finite"} 1"#,
                #"heliograph_measurements_rejected_total{metric="depth",cause="missing_measurement"} 1"#,
            ])
        #expect(depth.remove("late"))
        #expect(lines("depth{").count == 2)
    }

    @Test func distributionsObserveAndTime() async throws {
        let latency = try exporter.histogram(
            "latency", "Latency.", unit: .seconds, buckets: [1e6, 1e9], labels: "route", "method")
        latency.observe(Duration.seconds(2_000_000), "/a", "GET")
        struct Failure: Error {}
        #expect(latency.time("/a", "GET") { 7 } == 7)
        #expect(throws: Failure.self) {
            try latency.time("/a", "GET") { () throws(Failure) in throw Failure() }
        }
        let answer = await latency.time("/a", "GET") {
            await Task.yield()
            return 8
        }
        #expect(answer == 8)
        #expect(
            lines("latency_seconds_bucket{") == [
                #"latency_seconds_bucket{route="/a",method="GET",le="1e+06"} 3"#,
                #"latency_seconds_bucket{route="/a",method="GET",le="1e+09"} 4"#,
                #"latency_seconds_bucket{route="/a",method="GET",le="+Inf"} 4"#,
            ])
        let sizes = try exporter.summary("sizes", "Sizes.", quantiles: [1])
        sizes.observe(0)
        sizes.observe(0 as Int?)
        #expect(lines("sizes") == [#"sizes{quantile="1.0"} 0"#, "sizes_sum 0", "sizes_count 2"])
    }

    @Test func durationsAreInTheUnitOfTheMetric() throws {
        try exporter.gauge("late", "Late.", unit: .milliseconds).set(Duration.milliseconds(4))
        let sizes = try exporter.gauge("size", "Size.", unit: .bytes)
        sizes.set(3)
        sizes.set(Duration.seconds(1))
        #expect(lines("late") == ["late_milliseconds 4"])
        #expect(lines("size") == ["size_bytes 3"])
        #expect(
            lines("heliograph_measurements_rejected_total{") == [
                #"heliograph_measurements_rejected_total{metric="size_bytes",cause="wrong_kind"} 1"#
            ])
    }

    @Test func theUnitOfTheNameIsThatOfTheMetric() throws {
        try exporter.gauge("wait_milliseconds", "Wait.").set(.milliseconds(4))
        try exporter.gauge("size_bytes", "Size.").set(.milliseconds(4))
        let waits = try exporter.histogram("waits_milliseconds", "Waits.", buckets: [5])
        waits.observe(.milliseconds(4))
        waits.observe(.seconds(4))
        waits.observe(.microseconds(4))
        #expect(lines("wait_") == ["wait_milliseconds 4"])
        #expect(lines("size_") == [])
        #expect(lines("waits_milliseconds_bucket").first == #"waits_milliseconds_bucket{le="5.0"} 2"#)
        #expect(lines("waits_milliseconds_sum").first == "waits_milliseconds_sum 4004.004")
    }

    @Test func whatHasNoLabelsIsThereBeforeItCounts() throws {
        _ = try exporter.counter("none_total", "None.")
        _ = try exporter.histogram("times", "Times.", unit: .seconds)
        _ = try exporter.summary("last", "Last.")
        _ = try exporter.gauge("level", "Level.")
        #expect(lines("none_total") == ["none_total 0"])
        #expect(lines("times_seconds_count") == ["times_seconds_count 0"])
        #expect(lines("last_count") == ["last_count 0"])
        #expect(lines("level") == [])
    }

    @Test func bytesHaveBucketsOfBytes() throws {
        _ = try exporter.histogram("body_bytes", "Bodies.")
        _ = try exporter.histogram("part", "Parts.", unit: .bytes)
        #expect(exporter.store.family(named: "body_bytes")?.boundaries == Buckets.sizes.boundaries)
        #expect(exporter.store.family(named: "part_bytes")?.boundaries.last == 67_108_864)
        let event = Event<Int>("direct.metrics.sizes")
        #expect(
            Histogram("a_bytes", "A.", of: event, observing: \.self).definition.buckets == .sizes)
        #expect(
            Histogram("a", "A.", of: event, observing: \.self, in: .kilobytes).definition.buckets == .sizes)
        #expect(
            Histogram("a", "A.", of: event, observing: \.self, in: .milliseconds).definition.buckets
                == .durations)
    }

    @Test func aNameStandsForOneMetric() throws {
        try exporter.counter("twice_total", "Twice.", labels: "a").increment("x")
        try exporter.counter("twice", "Twice.", labels: "a").increment("x")
        #expect(lines("twice_total{") == [#"twice_total{a="x"} 2"#])
        #expect(throws: DefinitionErrors.self) { try exporter.gauge("twice_total", "Twice.", labels: "a") }
        #expect(throws: DefinitionErrors.self) { try exporter.counter("twice", "Twice.", labels: "b") }
    }

    @Test func aHeldSeriesIsIncrementedByAnAmount() throws {
        let held = try exporter.counter("held", "Held.").series()
        held.increment(by: 2)
        held.increment(by: .nan)
        #expect(lines("held_total") == ["held_total 2"])
    }
}
