import CoreMetrics
import Linux
import Testing

@testable import SwiftMetricsBridge

@Suite(.timeLimit(.minutes(5)))
struct ConcurrencyTests {
    private static let threads = 8
    private static let rounds = 1000

    /// Runs `body` on eight threads at once.
    private func onThreads(_ body: @escaping @Sendable (Int) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<Self.threads {
                group.addTask {
                    try await DedicatedThread.run(name: "bridge-\(thread)", stop: try WakeUp()) {
                        body(thread)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func heldHandlersLoseNothing() async throws {
        let bridged = try Bridged(.short)
        let counter = Counter(label: "c", factory: bridged.factory)
        let floating = FloatingPointCounter(label: "f", factory: bridged.factory)
        let meter = Meter(label: "m", factory: bridged.factory)
        let timer = Timer(label: "t", factory: bridged.factory)
        try await onThreads { _ in
            for _ in 0..<Self.rounds {
                counter.increment(by: 2)
                floating.increment(by: 0.5)
                meter.increment(by: 3)
                meter.decrement()
                timer.recordSeconds(1)
            }
        }
        #expect(
            bridged.page == """
                # TYPE c_total counter
                c_total 16000
                # TYPE f_total counter
                f_total 4000
                # TYPE m gauge
                m 16000
                # TYPE t_seconds histogram
                t_seconds_bucket{le="0.009"} 0
                t_seconds_bucket{le="1.0"} 8000
                t_seconds_bucket{le="+Inf"} 8000
                t_seconds_sum 8000
                t_seconds_count 8000

                """)
    }

    @Test func handlersMadePerCallLoseNothing() async throws {
        let bridged = try Bridged()
        try await onThreads { thread in
            for round in 0..<Self.rounds {
                let dimensions = [("thread", "\(thread % 4)"), ("a", "\(round % 2)")]
                Counter(label: "c\(round % 3)", dimensions: dimensions, factory: bridged.factory).increment()
            }
        }
        let totals = bridged.page.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(totals.count == 3 * 4 * 2)
        let sum = totals.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
        #expect(sum == Self.threads * Self.rounds)
    }

    @Test func destroyingSomeTakesNothingFromTheOneThatIsHeld() async throws {
        let bridged = try Bridged()
        let held = Counter(label: "c", dimensions: [("a", "1")], factory: bridged.factory)
        try await onThreads { _ in
            for _ in 0..<Self.rounds {
                let counter = Counter(label: "c", dimensions: [("a", "1")], factory: bridged.factory)
                counter.increment()
                counter.destroy()
                held.increment()
            }
        }
        #expect(bridged.page == "# TYPE c_total counter\nc_total{a=\"1\"} 16000\n")
    }

    @Test func seriesThatComeAndGoLeaveNothingBehind() async throws {
        let bridged = try Bridged()
        let kept = Counter(label: "c", factory: bridged.factory)
        try await onThreads { _ in
            for round in 0..<Self.rounds {
                let dimensions = [("a", "\(round % 3)")]
                let counter = Counter(label: "c", dimensions: dimensions, factory: bridged.factory)
                counter.increment()
                counter.destroy()
                kept.increment()
            }
        }
        #expect(bridged.page == "# TYPE c_total counter\nc_total 8000\n")
    }
}
