import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SeriesLimitTests {
    private let event = freshEvent(Order.self)
    private let items = Label<Order>("items") { $0.items }

    @Test func gathersWhatIsPastTheLimitInOneSeries() throws {
        let recording = try Recording {
            Sum("a_total", "A.", of: event, adding: \.items, labels: items).seriesLimit(2)
        }
        for number in [1, 2, 3, 4, 1] { event.emit(Order(items: number)) }
        let expected = [#"items="1""#: 2.0, #"items="2""#: 2, #"heliograph_overflow="true""#: 7]
        #expect(recording.values("a_total") == expected)
        #expect(recording.store.overflowed == 2)
    }

    @Test func keepsCountingOverflowsWhenAMetricIsRemoved() throws {
        let recording = try Recording { Counter("a_total", "A.", of: event, labels: items).seriesLimit(1) }
        for number in 0..<4 { event.emit(Order(items: number)) }
        recording.store.remove(recording.store.families)
        #expect(recording.store.overflowed == 3)
        #expect(recording.store.seriesCount == 0)
    }

    @Test func removesSeriesThatWereNotUpdated() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).expiring(after: .seconds(60))
            Counter("b_total", "B.", of: event, labels: items)
        }
        event.emit(Order(items: 1))
        event.emit(Order(items: 2))
        #expect(recording.store.sweep() == 0)
        recording.clock.advance(by: .seconds(59))
        event.emit(Order(items: 1))
        #expect(recording.store.sweep() == 0)
        recording.clock.advance(by: .seconds(1))
        #expect(recording.store.sweep() == 1)
        #expect(recording.values("a_total") == [#"items="1""#: 2])
        event.emit(Order(items: 2))
        #expect(recording.values("a_total") == [#"items="1""#: 2, #"items="2""#: 1])
        #expect(recording.values("b_total").count == 2)
    }

    @Test func removesTheSeriesOfAMetricWithoutLabelsToo() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event).expiring(after: .seconds(60))
            Gauge("b", "B.", of: event, observing: \.items).expiring(after: .seconds(60))
        }
        event.emit(Order())
        recording.store.sweep()
        recording.clock.advance(by: .seconds(60))
        #expect(recording.store.sweep() == 1)
        #expect(recording.values("b").isEmpty)
    }

    @Test func makesRoomForOthersByExpiry() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).seriesLimit(10).expiring(after: .seconds(1))
        }
        for cycle in 0..<20 {
            for number in 0..<10 { event.emit(Order(items: cycle * 10 + number)) }
            recording.store.sweep()
            recording.clock.advance(by: .seconds(1))
            #expect(recording.store.sweep() == 10)
        }
        #expect(recording.store.overflowed == 0)
    }

    @Test func keepsASeriesThatIsHeld() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).expiring(after: .seconds(60))
        }
        let handle = try #require(recording.store.families.first?.handle(labels: ["7"]))
        for _ in 0..<5 {
            recording.store.sweep()
            recording.clock.advance(by: .seconds(100))
        }
        handle.increment()
        event.emit(Order(items: 7))
        #expect(recording.values("a_total") == [#"items="7""#: 2])
    }

    @Test func countsAnEventIntoANewSeriesWhereTheOldOneEndedWhileItWasMeasured() throws {
        let clock = CoarseClock(fixedAt: 1000)
        let store = try MetricStore(clock: clock)
        let metrics = MetricSet {
            Counter("a_total", "A.", of: event, labels: items).expiring(after: .seconds(1))
            Sum(
                "b_total", "B.", of: event,
                adding: { order in
                    store.sweep()
                    clock.advance(by: .seconds(1))
                    store.sweep()
                    return order.items
                }, labels: items
            ).expiring(after: .seconds(1))
        }
        let handlers = try metrics.register(in: store, id: freshID())
        event.emit(Order(items: 7))
        event.emit(Order(items: 7))
        #expect(store.values("a_total") == [#"items="7""#: 1])
        #expect(store.values("b_total") == [#"items="7""#: 7])
        for handler in handlers { try HandlerRegistry.shared.detach(handler) }
    }

    @Test func losesNoUpdateWhileSeriesExpire() throws {
        let recording = try Recording {
            Counter("a_total", "A.", of: event, labels: items).expiring(after: .seconds(1))
        }
        // Each thread's first updates go to series that may expire, the last round to those that may not any more.
        onThreads(8) { [event] thread in
            for round in 0..<200 {
                for number in 0..<20 { event.emit(Order(items: number + (round % 2) * 20)) }
                recording.clock.advance(by: .seconds(1))
                recording.store.sweep()
            }
        }
        let before = recording.values("a_total")
        onThreads(8) { [event] _ in
            for _ in 0..<1000 { event.emit(Order(items: 5)) }
        } meanwhile: {
            for _ in 0..<100 { recording.store.sweep() }
        }
        #expect(recording.values("a_total")[#"items="5""#] == (before[#"items="5""#] ?? 0) + 8000)
        #expect(recording.values("a_total").count <= 40)
    }
}
