import Arena
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct HistogramTests {
    private func reading(_ values: [Double], _ buckets: Buckets) throws -> HistogramReading {
        let store = try MetricStore()
        var definition = MetricDefinition(.histogram, name: "h", help: "H.")
        definition.buckets = buckets
        let handle = try #require(try store.register(definition).handle(labels: []))
        values.forEach(handle.record)
        return handle.family.histogram(handle.row)
    }

    @Test(arguments: [
        (1, 0), (1.0.nextUp, 1), (1.0.nextDown, 0), (0, 0), (-0.0, 0), (-5, 0), (.leastNonzeroMagnitude, 0),
        (2, 1), (2.5, 2),
        (4, 2), (4.0.nextUp, 3), (1e308, 3),
    ])
    func countsIntoTheFirstBucketThatIsNotBelow(_ value: Double, _ bucket: Int) throws {
        let counts = try reading([value], [1, 2, 4]).counts
        #expect(counts.firstIndex(of: 1) == bucket)
        #expect(counts.reduce(0, +) == 1)
    }

    @Test func tellsZeroFromTheSmallestNumber() throws {
        let reading = try reading([0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude], [-1, 0, 1])
        #expect(reading.counts == [0, 3, 1, 0])
    }

    @Test func addsUpExactlyWhatDoublesHold() throws {
        #expect(try reading([0.005, 0.25, 3], .durations).sum == 0.005 + 0.25 + 3)
    }

    @Test func hasACountThatIsItsBucketsWhileEightThreadsObserve() throws {
        let event = freshEvent(Order.self)
        let recording = try Recording {
            Histogram("h", "H.", of: event, observing: \.amount, buckets: [1, 2, 3, 4, 5, 6, 7])
        }
        let done = Atomic(0)
        var totals: [UInt64] = []
        onThreads(8) { _ in
            for number in 0..<5000 { event.emit(Order(amount: Double(number % 8) + 0.5)) }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            while done.load(ordering: .relaxed) < 8 {
                totals.append(recording.series("h") { $0.histogram($1).counts.reduce(0, +) }[""] ?? 0)
            }
        }
        #expect(totals == totals.sorted())
        let end = recording.series("h") { $0.histogram($1) }[""]
        #expect(end?.counts == Array(repeating: 5000, count: 8))
        #expect(end?.sum == 160_000)
    }

    @Test func countsAnObservationManyTimes() throws {
        let family = try MetricStore().register(MetricDefinition(.histogram, name: "h", help: "H."))
        let handle = try #require(family.handle(labels: []))
        #expect(family.record(0.5, times: 10, in: handle.row) == nil)
        #expect(family.histogram(handle.row).counts[6] == 10)
        #expect(family.histogram(handle.row).sum == 5)
    }
}
