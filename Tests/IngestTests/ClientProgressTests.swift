import Arena
import Glibc
import Ingest
import Linux
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ClientProgressTests {
    private let store: MetricStore
    private let progress: ClientProgress

    init() throws {
        store = try MetricStore()
        progress = ClientProgress(in: store.arena)
    }

    /// What becomes of an event, and the last number of its client then.
    private func take(
        _ client: String, _ number: UInt64, in progress: ClientProgress, rejected cause: RejectionCause? = nil
    ) throws -> String {
        let name = try #require(ClientName(client.utf8))
        let (outcome, last) = progress.take(WireEvent.ID(client: name, number: number)) { _, _ in cause }
        switch outcome {
        case .taken(nil): return "taken \(last)"
        case .taken(let cause?): return "\(cause.rawValue) \(last)"
        case .duplicate: return "duplicate \(last)"
        }
    }

    @Test func eachNumberIsTakenOnceAndGapsAreAllowed() throws {
        #expect(try take("a", 5, in: progress) == "taken 5")
        #expect(try take("a", 5, in: progress) == "duplicate 5")
        #expect(try take("a", 4, in: progress) == "duplicate 5")
        #expect(try take("b", 4, in: progress) == "taken 4")
        #expect(try take("a", 9, in: progress, rejected: .unknownEvent) == "unknown_event 9")
        #expect(try take("a", 9, in: progress) == "duplicate 9")
    }

    @Test func aSuccessorGoesOn() throws {
        let long = String(repeating: "n", count: 64)
        for (client, number) in [("a", 5), (long, 7), ("b", 6)] as [(String, UInt64)] {
            _ = try take(client, number, in: progress)
        }
        var store = store
        for _ in 0..<3 {
            let next = try MetricStore()
            let successor = ClientProgress(in: next.arena, after: try store.foreign())
            #expect(try take("a", 5, in: successor) == "duplicate 5")
            #expect(try take(long, 7, in: successor) == "duplicate 7")
            #expect(try take("b", 3, in: successor) == "duplicate 6")
            store = next
        }
        let last = ClientProgress(in: try MetricStore().arena, after: try store.foreign())
        #expect(try take("b", 7, in: last) == "taken 7")
        #expect(try take("c", 1, in: last) == "taken 1")
    }

    @Test func theClientThatWasSilentLongestIsForgottenHereAndThere() throws {
        for client in 0..<ClientProgress.clientLimit { _ = try take("client-\(client)", 3, in: progress) }
        #expect(try take("client-0", 3, in: progress) == "duplicate 3")
        #expect(try take("new", 8, in: progress) == "taken 8")
        let successor = ClientProgress(in: try MetricStore().arena, after: try store.foreign())
        for progress in [progress, successor] {
            #expect(try take("client-0", 3, in: progress) == "duplicate 3")
            #expect(try take("client-2", 3, in: progress) == "duplicate 3")
            #expect(try take("new", 8, in: progress) == "duplicate 8")
            // It takes the place of client-3 from here on.
            #expect(try take("client-1", 3, in: progress) == "taken 3")
        }
    }

    @Test func aStoreWithoutMemoryStillCountsOnce() throws {
        let arena = try Arena(limit: 4096)
        arena.chargeAlways(64 << 20)
        let progress = ClientProgress(in: arena)
        #expect(try take("a", 1, in: progress) == "taken 1")
        #expect(try take("a", 1, in: progress) == "duplicate 1")
    }

    /// Processes that end one after the other while they have the same event in work.
    @Test func aSuccessorKnowsHowManyStepsOfTheEventInWorkAreDone() throws {
        _ = try take("a", 4, in: progress)
        let id = WireEvent.ID(client: try #require(ClientName("a".utf8)), number: 5)
        let (second, third) = (try MetricStore(), try MetricStore())
        let (first, afterFirst) = (try store.foreign(), try second.foreign())
        var seen: [Int] = []
        _ = progress.take(id) { log, done in
            seen.append(done)
            log?.mark(2)
            _ = ClientProgress(in: second.arena, after: first).take(id) { _, done in
                seen.append(done)
                _ = ClientProgress(in: third.arena, after: afterFirst).take(id) { log, done in
                    seen.append(done)
                    log?.mark(3)
                    return nil
                }
                return nil
            }
            return nil
        }
        #expect(seen == [0, 2, 2])
        let last = ClientProgress(in: try MetricStore().arena, after: try third.foreign())
        #expect(try take("a", 5, in: last) == "duplicate 5")
    }

    @Test func anotherEventThanTheOneInWorkBeginsAtItsFirstStep() throws {
        _ = try take("a", 4, in: progress)
        let name = try #require(ClientName("a".utf8))
        let (next, foreign) = (try MetricStore(), try store.foreign())
        var seen: [Int] = []
        _ = progress.take(WireEvent.ID(client: name, number: 5)) { log, _ in
            log?.mark(2)
            let successor = ClientProgress(in: next.arena, after: foreign)
            for number in 6...7 as ClosedRange<UInt64> {
                _ = successor.take(WireEvent.ID(client: name, number: number)) { _, done in
                    seen.append(done)
                    return nil
                }
            }
            return nil
        }
        #expect(seen == [0, 0])
    }

    /// Whoever sends first after an end, and over a further one, in which another client's event is in work.
    @Test func otherClientsMaySendBeforeAnEventIsSentAgain() throws {
        _ = try take("a", 4, in: progress)
        _ = try take("b", 1, in: progress)
        let a = WireEvent.ID(client: try #require(ClientName("a".utf8)), number: 5)
        let b = WireEvent.ID(client: try #require(ClientName("b".utf8)), number: 2)
        let (second, third) = (try MetricStore(), try MetricStore())
        let (first, afterFirst) = (try store.foreign(), try second.foreign())
        var seen: [Int] = []
        _ = progress.take(a) { log, _ in
            log?.mark(2)
            _ = ClientProgress(in: second.arena, after: first).take(b) { log, done in
                seen.append(done)
                log?.mark(1)
                let last = ClientProgress(in: third.arena, after: afterFirst)
                for id in [b, a] {
                    _ = last.take(id) { _, done in
                        seen.append(done)
                        return nil
                    }
                }
                return nil
            }
            return nil
        }
        #expect(seen == [0, 1, 2])
    }

    @Test func namesKeepTheirBytes() throws {
        for count in 1...64 {
            let bytes = (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) }
            #expect(try #require(ClientName(bytes)).bytes == bytes)
        }
    }
}

extension MetricStore {
    fileprivate func foreign() throws -> ForeignArena {
        guard let descriptor = arena.duplicateDescriptor() else {
            throw LinuxError.call(operation: "dup", errno: EMFILE, context: "")
        }
        return try ForeignArena(SharedMemory(takingOwnership: descriptor, reserve: 0))
    }
}
