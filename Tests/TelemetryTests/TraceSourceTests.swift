import Synchronization
@testable import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TraceSourceTests {
    private let source = TraceSource()

    @Test
    func hasNoneWithoutAProvider() {
        #expect(source.current == nil)
    }

    @Test
    func asksTheProviderEachTime() throws {
        let first = try #require(TraceContext(traceID: TraceID(high: 1, low: 1), spanID: 1))
        let calls = Atomic<Int>(0)
        let isFirst = source.install {
            calls.wrappingAdd(1, ordering: .relaxed).newValue == 1 ? first : nil
        }
        #expect(isFirst)
        #expect(source.current == first)
        #expect(source.current == nil)
    }

    @Test
    func theTaskWinsOverTheProvider() throws {
        let provided = try #require(TraceContext(traceID: TraceID(high: 1, low: 1), spanID: 1))
        let own = try #require(TraceContext(traceID: TraceID(high: 2, low: 2), spanID: 2))
        _ = source.install { provided }
        source.willBeSetForTasks()
        #expect(source.current == provided)
        #expect(TraceSource.$ofTask.withValue(own) { source.current } == own)
        #expect(TraceSource.$ofTask.withValue(.some(nil)) { source.current } == nil)
    }

    @Test
    func oneOfManyInstallersWins() throws {
        let source = source
        let winners = Captured<Int>()
        let contexts = (1...4).map { TraceContext(traceID: TraceID(high: 1, low: 1), spanID: $0) }
        onThreads(4) { index in
            if source.install({ contexts[index] }) { winners.append(index) }
            if source.current == nil { winners.append(-1) }
        }
        #expect(winners.values.count == 1)
        #expect(source.current == contexts[try #require(winners.values.first)])
    }
}
