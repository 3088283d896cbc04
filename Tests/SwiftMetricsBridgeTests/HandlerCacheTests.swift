import CoreMetrics
import Linux
import TelemetryMetrics
import Testing

@testable import SwiftMetricsBridge

private typealias Counter = CoreMetrics.Counter

@Suite(.timeLimit(.minutes(5)))
struct HandlerCacheTests {
    private static let dimensions = [("a", "1"), ("b", "")]

    @Test func aHandlerThatNobodyHasIsGivenOutAgain() throws {
        let bridged = try Bridged()
        weak let first: AnyObject? = bridged.factory.makeCounter(label: "n", dimensions: Self.dimensions)
        #expect(first != nil)
        let second = bridged.factory.makeCounter(label: "n", dimensions: Self.dimensions)
        #expect(first === second)
    }

    @Test func aHandlerThatSomebodyHasIsNot() throws {
        let bridged = try Bridged()
        let first = bridged.factory.makeCounter(label: "n", dimensions: Self.dimensions)
        let second = bridged.factory.makeCounter(label: "n", dimensions: Self.dimensions)
        #expect(first !== second)
        bridged.factory.destroyCounter(first)
        bridged.factory.destroyCounter(first)
        second.increment(by: 1)
        #expect(bridged.page == "# TYPE n_total counter\nn_total{a=\"1\"} 1\n")
    }

    @Test func aHandlerThatSomebodyHasAgainIsNot() throws {
        let bridged = try Bridged()
        for _ in 0..<3 { _ = bridged.factory.makeCounter(label: "n", dimensions: Self.dimensions) }
        let handlers = (0..<3).map { _ in
            bridged.factory.makeCounter(label: "n", dimensions: Self.dimensions) as AnyObject
        }
        #expect(Set(handlers.map { ObjectIdentifier($0) }).count == 3)
    }

    @Test func aDestroyedHandlerIsNotCached() throws {
        let bridged = try Bridged()
        weak var gone: AnyObject?
        do {
            let handler = bridged.factory.makeTimer(label: "t", dimensions: Self.dimensions)
            gone = handler
            bridged.factory.destroyTimer(handler)
        }
        #expect(gone == nil)
    }

    @Test func whatCameBeforeADestroyedHandlerIsNotGivenOut() throws {
        let bridged = try Bridged()
        for _ in 0..<3 {
            Counter(label: "n", dimensions: Self.dimensions, factory: bridged.factory).increment()
        }
        Counter(label: "n", dimensions: Self.dimensions, factory: bridged.factory).destroy()
        #expect(bridged.page == "")
        for _ in 0..<3 {
            Counter(label: "n", dimensions: Self.dimensions, factory: bridged.factory).increment()
        }
        #expect(bridged.page == "# TYPE n_total counter\nn_total{a=\"1\"} 3\n")
    }

    /// As strings of a request are, which are made anew for each.
    @Test func longStringsThatAreEqualFindTheHandlerToo() throws {
        let bridged = try Bridged()
        weak var first: AnyObject?
        for round in 0..<3 {
            let route = "/" + String(repeating: "x", count: 40)
            let handler = bridged.factory.makeCounter(label: "n", dimensions: [("route", route)])
            if round == 0 { first = handler }
            #expect(first === handler)
        }
    }

    @Test func noneIsCachedWhereSeriesExpire() throws {
        var options = MetricsBridge.Options()
        options.expiry = .seconds(60)
        let bridged = try Bridged(options)
        weak let handler: AnyObject? = bridged.factory.makeCounter(label: "n", dimensions: [])
        #expect(handler == nil)
    }

    @Test func gaugesWithoutAValueTakeNoSeries() throws {
        let bridged = try Bridged()
        let before = bridged.store.seriesCount
        for index in 0..<10 {
            _ = bridged.factory.makeMeter(label: "m", dimensions: [("a", "\(index)")])
        }
        #expect(bridged.store.seriesCount == before)
    }

    @Test func destroyingTheLastOneEndsThoseThatThreadsLeft() async throws {
        let bridged = try Bridged()
        for thread in 0..<16 {
            try await DedicatedThread.run(name: "left-\(thread)", stop: try WakeUp()) {
                Counter(label: "n", dimensions: [("b", "2"), ("a", "1")], factory: bridged.factory)
                    .increment()
            }
        }
        let before = bridged.page
        Counter(label: "n", dimensions: [("a", "1"), ("b", "2")], factory: bridged.factory).destroy()
        #expect(before == "# TYPE n_total counter\nn_total{a=\"1\",b=\"2\"} 16\n")
        #expect(bridged.page == "")
    }

    @Test func moreSeriesThanAreCachedLoseNothing() throws {
        var options = MetricsBridge.Options()
        options.seriesLimit = 20_000
        let bridged = try Bridged(options)
        let before = bridged.store.seriesCount
        for index in 0..<40_000 {
            Counter(label: "n", dimensions: [("a", "\(index % 20_000)")], factory: bridged.factory)
                .increment()
        }
        #expect(bridged.page.split(separator: "\n").count { $0.hasSuffix(" 2") } == 20_000)
        for index in 0..<20_000 {
            Counter(label: "n", dimensions: [("a", "\(index)")], factory: bridged.factory).destroy()
        }
        #expect(bridged.page == "")
        #expect(bridged.store.seriesCount == before)
    }

    @Test func manyLabelsOfOneLengthAreToldApart() throws {
        let bridged = try Bridged()
        for _ in 0..<3 {
            for label in "abcdef".map(String.init) {
                Counter(label: label, factory: bridged.factory).increment()
            }
        }
        #expect(
            bridged.page == "abcdef".map { "# TYPE \($0)_total counter\n\($0)_total 3\n" }.joined())
    }
}
