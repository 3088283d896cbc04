import Telemetry
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SeedingTests {
    private let event = freshEvent(Order.self)
    private let payment = Label("payment", \Order.payment)
    private static let texts: Set = [#"payment="card""#, #"payment="cash""#]

    @Test func makesSeriesExistAtZero() throws {
        let seeds = [["card"], ["cash"]]
        let recording = try Recording {
            Counter("c_total", "C.", of: event, labels: payment).seeded(labels: seeds)
            Sum("s_total", "S.", of: event, adding: \.items, labels: payment).seeded(labels: seeds)
            Gauge("g", "G.", of: event, observing: \.items, labels: payment).seeded(labels: seeds)
            Histogram("h_seconds", "H.", of: event, observing: \.elapsed, labels: payment).seeded(
                labels: seeds)
            Histogram("n_seconds", "N.", of: event, observing: \.elapsed, buckets: .native(), labels: payment)
                .seeded(labels: seeds)
            Summary("q_seconds", "Q.", of: event, observing: \.elapsed, labels: payment).seeded(labels: seeds)
            Counter("bare_total", "B.", of: event, labels: payment)
        }
        for name in ["c_total", "s_total", "g"] {
            #expect(Set(recording.values(name).keys) == Self.texts)
            #expect(recording.values(name).values.allSatisfy { $0 == 0 })
        }
        #expect(
            recording.series("h_seconds") { $0.histogram($1).counts.reduce(0, +) }.values.map(\.self) == [
                0, 0,
            ])
        #expect(recording.series("n_seconds") { $0.native($1).count }.values.map(\.self) == [0, 0])
        #expect(recording.series("q_seconds") { $0.summary($1).count }.values.map(\.self) == [0, 0])
        #expect(recording.values("bare_total").isEmpty)
    }

    @Test func countsEventsIntoItsSeeds() throws {
        let recording = try Recording {
            Counter("c_total", "C.", of: event, labels: payment).seeded(labels: [["cash"]])
        }
        event.emit(Order(payment: .cash))
        event.emit(Order(payment: .card))
        #expect(recording.values("c_total") == [#"payment="cash""#: 1, #"payment="card""#: 1])
    }

    @Test func escapesTheValuesOfSeeds() throws {
        let note = Label("note", \Order.note)
        let recording = try Recording {
            Counter("c_total", "C.", of: event, labels: note).seeded(labels: [["a\"\\\n"], [""]])
        }
        event.emit(Order(note: "a\"\\\n"))
        #expect(recording.values("c_total") == [#"note="a\"\\\n""#: 1, #"note="""#: 0])
    }

    @Test func rejectsSeedsThatDoNotFitTheLabels() throws {
        #expect(throws: DefinitionErrors.self) {
            try Recording {
                Counter("c_total", "C.", of: event, labels: payment).seeded(labels: [["card", "1"], []])
            }
        }
    }

    @Test func keepsToTheSeriesLimit() throws {
        let recording = try Recording {
            Counter("c_total", "C.", of: event, labels: payment).seriesLimit(1).seeded(labels: [
                ["card"], ["cash"],
            ])
        }
        #expect(
            recording.values("c_total") == [#"payment="card""#: 0, #"heliograph_overflow="true""#: 0])
    }
}
