@testable import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TraceContextTests {
    @Test(arguments: [
        (TraceID(high: 0, low: 0), UInt64(1)), (TraceID(high: 1, low: 1), UInt64(0)),
    ])
    func anIdOfZeroIsNone(traceID: TraceID, spanID: UInt64) {
        #expect(TraceContext(traceID: traceID, spanID: spanID) == nil)
    }

    @Test(arguments: [TraceID(high: 1, low: 0), TraceID(high: 0, low: 1)])
    func halfOfATraceIdMayBeZero(traceID: TraceID) {
        #expect(TraceContext(traceID: traceID, spanID: 1)?.traceID == traceID)
    }

    @Test
    func writesAllDigits() throws {
        let context = try #require(TraceContext(traceID: TraceID(high: 0xAB, low: .max), spanID: 0x0F))
        #expect(context.traceID.description == "00000000000000abffffffffffffffff")
        #expect(context.spanText == "000000000000000f")
    }

    @Test
    func aTaskSetsItsOwn() async throws {
        let outer = try context(1)
        let inner = try context(2)
        let seen = TraceContext.withCurrent(outer) {
            [
                TraceContext.current, TraceContext.withCurrent(inner) { TraceContext.current },
                TraceContext.withCurrent(nil) { TraceContext.current }, TraceContext.current,
            ]
        }
        #expect(seen == [outer, inner, nil, outer])
        let inChild = await TraceContext.withCurrent(outer) { () async in
            async let child = TraceContext.current
            return await child
        }
        #expect(inChild == outer)
        #expect(TraceContext.current != outer)
    }

    @Test
    func passesOnWhatTheBodyThrows() async throws {
        do throws(Mishap) {
            try TraceContext.withCurrent(nil) { () throws(Mishap) in throw Mishap(code: 1) }
            Issue.record("the body returned")
        } catch {
            #expect(error.code == 1)
        }
        do throws(Mishap) {
            try await TraceContext.withCurrent(nil) { () async throws(Mishap) in
                await Task.yield()
                throw Mishap(code: 2)
            }
            Issue.record("the body returned")
        } catch {
            #expect(error.code == 2)
        }
    }

    @Test
    func theProcessAsksItsFirstProvider() throws {
        let provided = try context(3)
        // An exporter of another test may have been faster.
        let isFirst = TraceContext.installProvider { Provided.byTest }
        #expect(!TraceContext.installProvider { provided })
        #expect(TraceContext.current == nil)
        let found = Provided.$byTest.withValue(provided) { TraceContext.current }
        #expect(found == (isFirst ? provided : nil))
    }

    private func context(_ number: UInt64) throws -> TraceContext {
        try #require(TraceContext(traceID: TraceID(high: 7, low: number), spanID: number))
    }
}

/// What the provider of this process gives, which other tests don't see.
private enum Provided {
    @TaskLocal static var byTest: TraceContext?
}
