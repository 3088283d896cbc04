import Linux
import Testing

@testable import Microhttpd

/// Descriptors are numbers that no file has, so that ending one touches nothing.
@Suite(.timeLimit(.minutes(5)))
struct OpenConnectionsTests {
    private static let first: Int32 = 1 << 30
    private let start = ContinuousClock.now
    private let listener = ListenAddress(host: "127.0.0.1", port: 0)

    /// Idle connections of these clients, in this order.
    private func open(_ clients: String...) -> OpenConnections {
        var open = OpenConnections()
        for (number, client) in clients.enumerated() {
            open.insert(
                OpenConnections.Connection(
                    remoteAddress: client, client: client, listener: listener, at: start),
                Self.first + Int32(number))
        }
        return open
    }

    /// The numbers of those that were evicted, one by one, after so many seconds.
    private func evicted(
        from open: inout OpenConnections, of client: String? = nil, after seconds: Double = 0
    ) -> [Int32] {
        var order: [Int32] = []
        var leaving = leaving(open)
        while open.evict(of: client, at: start + .seconds(seconds), patience: .seconds(1)) {
            order += self.leaving(open).subtracting(leaving)
            leaving = self.leaving(open)
        }
        return order
    }

    private func leaving(_ open: OpenConnections) -> Set<Int32> {
        Set(open.descriptors.filter { open[$0]?.isLeaving == true }.map { $0 - Self.first })
    }

    private func change(
        _ open: inout OpenConnections, _ number: Int32, _ body: (inout OpenConnections.Connection) -> Void
    ) {
        open.update(Self.first + number, body)
    }

    @Test func theOldestIdleOneOfTheClientThatHasMostGoes() {
        var open = open("a", "b", "b", "c", "b", "c")
        let order = evicted(from: &open)
        #expect(order == [1, 3, 2, 0, 5, 4])
        #expect(open.liveCount == 0)
        #expect(open.count == 6)
    }

    @Test func aClientAtItsLimitLosesItsOwn() {
        var open = open("a", "b", "b", "a")
        let first = evicted(from: &open, of: "a")
        #expect(first == [0, 3])
        #expect(open.liveCount(of: "a") == 0)
        #expect(open.liveCount(of: "b") == 2)
        let second = evicted(from: &open, of: "c")
        #expect(second == [])
    }

    @Test func idleOnesGoFirstThenSlowSendersThenSlowReaders() {
        var open = open("a", "a", "a", "a")
        change(&open, 0) {
            $0.clock.answer(until: nil)
            $0.isSlowReader = true
        }
        change(&open, 1) { $0.clock.requestBegan(at: start) }
        change(&open, 2) { $0.clock.answer(until: nil) }
        let order = evicted(from: &open, after: 1)
        #expect(order == [3, 1, 0])
        #expect([0, 1, 2, 3].map { open[Self.first + $0]?.isCut } == [true, true, false, false])
    }

    @Test func aRequestMayArriveForAWhile() {
        var open = open("a", "a")
        change(&open, 0) { $0.clock.requestBegan(at: start) }
        change(&open, 1) { $0.clock.requestBegan(at: start + .seconds(0.5)) }
        let first = evicted(from: &open, after: 0.9)
        #expect(first == [])
        let second = evicted(from: &open, after: 1)
        #expect(second == [0])
        let third = evicted(from: &open, after: 1.5)
        #expect(third == [1])
    }

    @Test func oneThatWorksAgainIsSpared() {
        var open = open("a", "b")
        change(&open, 0) { $0.clock.requestBegan(at: start) }
        change(&open, 0) { $0.clock.answer(until: nil) }
        let first = evicted(from: &open, after: 9)
        #expect(first == [1])
        change(&open, 0) { $0.clock.finish(receivedBytes: 0, at: start) }
        let second = evicted(from: &open, after: 9)
        #expect(second == [0])
    }

    @Test func thoseThatWereBusyGoInTheOrderInWhichTheyBecameIdle() {
        var open = open("a", "a", "a", "a")
        for number: Int32 in [0, 2, 3] { change(&open, number) { $0.clock.requestBegan(at: start) } }
        for number: Int32 in [3, 0, 2] {
            change(&open, number) { $0.clock.finish(receivedBytes: 0, at: start) }
        }
        let order = evicted(from: &open)
        #expect(order == [1, 3, 0, 2])
    }

    @Test func oneThatIsLeavingCountsUntilItIsRemoved() {
        var open = open("a", "a")
        let isEvicted = open.evict(of: nil, at: start, patience: .zero)
        #expect(isEvicted)
        #expect((open.count, open.liveCount, open.liveCount(of: "a")) == (2, 1, 1))
        let leaving = open.remove(Self.first)
        #expect(leaving?.isLeaving == true)
        #expect((open.count, open.liveCount, open.liveCount(of: "a")) == (1, 1, 1))
        let other = open.remove(Self.first + 1)
        #expect(other?.isLeaving == false)
        let none = open.remove(Self.first)
        #expect(none?.client == nil)
        #expect((open.count, open.liveCount, open.liveCount(of: "a")) == (0, 0, 0))
    }
}
