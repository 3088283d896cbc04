import Exporting
import Telemetry
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SeriesFamilyTests {
    private struct Order: Sendable {
        var payment: String
    }

    private let definition = MetricDefinition(
        .counter, name: "direct_total", help: "Counted.", labels: ["method", "code"])

    private func lines(_ exporter: Exporter, of metric: String) -> [String] {
        String(decoding: exporter.render().bytes, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix("\(metric){") }
    }

    @Test func givesSeriesThatAreOnThePageFromThenOn() throws {
        let exporter = try Exporter(MetricSet([]))
        let family = try exporter.family(of: definition)
        let get = try family.series("GET", "200")
        _ = try family.series("PUT", "201")
        get.increment()
        get.record(2)
        #expect(
            lines(exporter, of: "direct_total") == [
                #"direct_total{method="GET",code="200"} 3"#, #"direct_total{method="PUT",code="201"} 0"#,
            ])
    }

    @Test func refusesAnotherNumberOfLabels() throws {
        let family = try Exporter(MetricSet([])).family(of: definition)
        #expect(throws: ExporterError.wrongLabelCount(metric: "direct_total", expected: 2, given: 1)) {
            try family.series("GET")
        }
        #expect(!family.remove("GET"))
    }

    @Test func removesASeriesThatEventsMade() throws {
        let event = Event<Order>("series.family.tests.removed")
        let exporter = try Exporter(
            MetricSet {
                Counter("paid_total", "Paid.", of: event, labels: Label("payment", \.payment))
            })
        event.emit(Order(payment: "card"))
        event.emit(Order(payment: "cash"))
        #expect(exporter.remove(["card"], from: "paid_total"))
        #expect(!exporter.remove(["card"], from: "paid_total"))
        #expect(!exporter.remove(["card"], from: "unknown_total"))
        #expect(lines(exporter, of: "paid_total") == [#"paid_total{payment="cash"} 1"#])
        event.emit(Order(payment: "card"))
        #expect(lines(exporter, of: "paid_total").contains(#"paid_total{payment="card"} 1"#))
    }

    @Test func keepsASeriesThatIsHeld() throws {
        let family = try Exporter(MetricSet([])).family(of: definition)
        let series = try family.series("GET", "200")
        #expect(!family.remove("GET", "200"))
        withExtendedLifetime(series) {}
    }

    @Test func showsSeedsBeforeTheFirstEvent() throws {
        let event = Event<Order>("series.family.tests.seeded")
        let payment = Label("payment", \Order.payment)
        let exporter = try Exporter(
            MetricSet {
                Counter("seeded_total", "Seeded.", of: event, labels: payment).seeded(labels: [
                    ["card"], ["cash"],
                ])
            })
        #expect(
            lines(exporter, of: "seeded_total") == [
                #"seeded_total{payment="card"} 0"#, #"seeded_total{payment="cash"} 0"#,
            ])
    }

    @Test func refusesASeedWithAnotherNumberOfValues() {
        let event = Event<Order>("series.family.tests.badseed")
        let payment = Label("payment", \Order.payment)
        #expect(
            throws: DefinitionErrors(errors: [
                DefinitionError(metric: "seeded_total", problem: .badSeed(["card", "x"]))
            ])
        ) {
            try Exporter(
                MetricSet {
                    Counter("seeded_total", "Seeded.", of: event, labels: payment).seeded(labels: [
                        ["card", "x"]
                    ])
                })
        }
    }
}
