import Arena
import Linux
import PrometheusFormat
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

/// What a store holds, found by another one in its memory.
@Suite(.timeLimit(.minutes(5)))
struct InheritanceTests {
    private let event = Event<Order>(Page.freshID())
    private let payment = Label("payment", \Order.payment)
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    private var metrics: MetricSet {
        MetricSet {
            Counter("orders", "Orders.", of: event, labels: payment)
            Counter("all_orders", "All orders.", of: event)
            Sum("amount", "Amount.", of: event, adding: \.amount, labels: payment)
            Sum("balance", "Balance.", of: event, adding: \.amount, isMonotonic: false)
            Gauge("last", "Last.", of: event, observing: \.amount, labels: payment).persistence(.kept)
            Histogram("latency_seconds", "Latency.", of: event, observing: \.elapsed, labels: payment)
            Histogram(
                "native", "Native.", of: event, observing: \.amount,
                buckets: .native(.init(growthFactor: 1.05, limit: 40, largestZeroThreshold: 0.01)),
                labels: payment)
            Summary("times", "Times.", of: event, observing: \.elapsed, labels: payment)
        }
    }

    /// A store with the metrics, and what keeps them attached.
    private func store(after predecessor: MetricStore? = nil) throws -> (MetricStore, Attached) {
        let store = try MetricStore(clock: clock, predecessor: try predecessor.map { try $0.foreign() })
        return (store, Attached(try metrics.register(in: store, id: Page.freshID())))
    }

    private func lines(_ store: MetricStore) -> [String.SubSequence] {
        let page = PageRenderer(store, format: .openMetrics, showsCreated: true).bytes()
        return String(decoding: page, as: UTF8.self).split(separator: "\n")
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func aSuccessorShowsTheSamePages(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (first, attached) = try store()
        for _ in 0..<5 {
            for _ in 0..<Int.random(in: 1...20_000, using: &random) {
                let name = ["a", "b\"\\\n", "", "é"].randomElement(using: &random) ?? ""
                event.emit(
                    Order(
                        payment: name + "\(Int.random(in: 0..<5, using: &random))",
                        amount: Double.random(in: 0...1, using: &random) * 10,
                        elapsed: .milliseconds(Int.random(in: 0..<9000, using: &random))))
            }
            clock.advance(by: .seconds(Int.random(in: 0..<100, using: &random)))
            let (before, protobuf) = (lines(first), PageRenderer(first, format: .protobuf).bytes())
            attached.detach()
            let (second, successor) = try store(after: first)
            #expect(before.count > 100)
            #expect(lines(second).count == before.count)
            for (line, other) in zip(lines(second), before) { try #require(line == other) }
            #expect((PageRenderer(second, format: .protobuf).bytes() == protobuf) == true)
            (first, attached) = (second, successor)
        }
        attached.detach()
    }

    @Test func whatNobodyDefinesIsShownAsItWas() throws {
        let (first, attached) = try store()
        for number in 0..<50 { event.emit(Order(payment: "\(number % 3)", amount: Double(number))) }
        attached.detach()
        let second = try MetricStore(clock: clock, predecessor: try first.foreign())
        #expect(lines(second) == ["# EOF"])
        second.inheritRest()
        #expect(lines(second) == lines(first))
    }

    /// A thousand memories with a wrong bit, or a few, anywhere: each is read as far as it can be, and what is made of it is a page.
    @Test(arguments: 0..<250 as Range<UInt64>)
    func aWrongBitAnywhereDoesNoHarm(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (first, attached) = try store()
        for number in 0..<500 {
            event.emit(
                Order(
                    payment: "\(number % 7)", amount: Double(number) / 10 - 1,
                    elapsed: .milliseconds(number * 3)))
        }
        attached.detach()
        for _ in 0..<4 {
            let foreign = try first.foreign { memory in
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    memory[.random(in: 0..<memory.count, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            guard let foreign else { continue }
            let second = try MetricStore(clock: clock, predecessor: foreign)
            let successor = Attached(try metrics.register(in: second, id: Page.freshID()))
            event.emit(Order(payment: "3"))
            for format in [ExpositionFormat.text, .openMetrics] {
                #expect(
                    ExpositionCheck(PageRenderer(second, format: format).bytes(), format: format).error == nil
                )
            }
            #expect(PageRenderer(second, format: .protobuf).bytes().count > 0)
            successor.detach()
        }
    }
}

/// Handlers that are attached until `detach`.
private struct Attached {
    let ids: [String]

    init(_ ids: [String]) { self.ids = ids }

    func detach() { for id in ids { try? HandlerRegistry.shared.detach(id) } }
}

private struct Failure: Error {}

extension MetricStore {
    func foreign() throws -> ForeignArena {
        guard let descriptor = arena.duplicateDescriptor() else { throw Failure() }
        return try ForeignArena(SharedMemory(takingOwnership: descriptor, reserve: 0))
    }

    /// A copy of the memory, changed; nil where it is no arena any more.
    fileprivate func foreign(_ change: (inout [UInt8]) -> Void) throws -> ForeignArena? {
        guard let descriptor = arena.duplicateDescriptor() else { throw Failure() }
        let own = try SharedMemory(takingOwnership: descriptor, reserve: 0)
        var bytes = unsafe Array(UnsafeRawBufferPointer(start: own.baseAddress, count: own.size))
        change(&bytes)
        let copy = try SharedMemory(name: "copy", size: bytes.count, reserve: bytes.count)
        unsafe copy.baseAddress.copyMemory(from: bytes, byteCount: bytes.count)
        return try? ForeignArena(copy)
    }
}
