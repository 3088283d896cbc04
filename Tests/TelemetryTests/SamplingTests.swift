import Synchronization
@testable import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SamplingTests {
    private let registry = HandlerRegistry.shared

    @Test(arguments: [
        (Sampling.all, [1, 2, 3, 4, 5, 6, 7, 8]),
        (.oneIn(1), [1, 2, 3, 4, 5, 6, 7, 8]),
        (.oneIn(2), [1, 3, 5, 7]),
        (.oneIn(3), [1, 4, 7]),
        (.oneIn(8), [1]),
        (.oneIn(.max), [1]),
        (.fraction(1), [1, 2, 3, 4, 5, 6, 7, 8]),
        (.fraction(0.75), [1, 2, 3, 5, 6, 7]),
        (.fraction(0.5), [1, 3, 5, 7]),
        (.fraction(0.25), [1, 5]),
        (.fraction(.leastNonzeroMagnitude), [1]),
    ])
    func takesTheSameDispatchesInEveryRun(sampling: Sampling, expected: [Int]) throws {
        let captured = Captured<Int>()
        let handler = Handler<Int>(
            id: "sampling.table", event: EventName(checked: "sampling.table"), policy: .detach,
            sampling: sampling
        ) { payload, _ in captured.append(payload) }
        for payload in 1...8 { handler.call(payload) }
        #expect(captured.values == expected)
    }

    @Test(arguments: [
        Sampling.oneIn(0), .oneIn(-1), .oneIn(.min), .fraction(0), .fraction(-0.5), .fraction(1.000001),
        .fraction(.nan), .fraction(.infinity), .fraction(-.infinity),
    ])
    func refusesWhatNothingCanBeSampledBy(sampling: Sampling) {
        let event = Event<Int>("sampling.refused")
        #expect {
            try registry.attach("sampling.refused", to: event, sampling: sampling) { _ in }
        } throws: { error in
            guard case TelemetryError.badSampling(_, "sampling.refused") = error else { return false }
            return true
        }
        #expect(!event.isObserved)
    }

    @Test
    func countsEachEventOfAHandlerForItself() throws {
        let events = ["sampling.many.a", "sampling.many.b"].map { Event<Int>($0) }
        let captured = Captured<String>()
        try registry.attachMany("sampling.many", to: events, sampling: .oneIn(2)) { payload, event in
            captured.append("\(event) \(payload)")
        }
        for payload in 1...3 {
            for event in events { event.emit(payload) }
        }
        #expect(
            captured.values == [
                "sampling.many.a 1", "sampling.many.b 1", "sampling.many.a 3", "sampling.many.b 3",
            ])
    }

    @Test
    func samplesForAnOwnerAndIsListed() throws {
        let event = Event<Int>("sampling.owner")
        let owner = Captured<Int>()
        try registry.attach("sampling.owner", to: event, owner: owner, sampling: .oneIn(2)) { $0.append($1) }
        for payload in 1...4 { event.emit(payload) }
        #expect(owner.values == [1, 3])
        #expect(registry.list(prefix: "sampling.owner").map(\.sampling) == [.oneIn(2)])
    }

    @Test
    func aDispatchThatIsNotTakenDoesNotEndARowOfFailures() throws {
        let event = Event<Int>("sampling.failures")
        let reported = try failures(of: "sampling.failures") {
            try registry.attach(
                "sampling.failures", to: event, policy: .keep, sampling: .oneIn(2)
            ) { throw Mishap(code: $0) }
            for payload in 1...6 { event.emit(payload) }
        }
        #expect(reported.map { $0.error as? Mishap } == [1, 3, 5].map { Mishap(code: $0) })
        #expect(reported.map(\.consecutiveFailures) == [1, 2, 3])
    }

    @Test(arguments: [(Sampling.oneIn(10), 4_000), (.fraction(0.125), 5_000)])
    func takesTheExactShareOfConcurrentDispatches(sampling: Sampling, expected: Int) throws {
        let count = Atomic<Int>(0)
        let sampler = try #require(Sampler(sampling))
        onThreads(4) { _ in
            for _ in 0..<10_000 where sampler.takes() { count.wrappingAdd(1, ordering: .relaxed) }
        }
        #expect(count.load(ordering: .relaxed) == expected)
    }
}
