import Glibc
import Synchronization
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(60)))
struct HandlerChurnTests {
    private static let isSoak = unsafe getenv("HELIOGRAPH_SOAK") != nil
    private static let isShort = unsafe getenv("HELIOGRAPH_SHORT") != nil
    private static let rounds = isSoak ? 1_000_000 : isShort ? 2000 : 20_000

    @Test
    func handlersComeAndGoWhileEightThreadsEmit() throws {
        let churn = try Churn()
        let before = residentBytes()
        try onThreads(8) { _ in
            while !churn.isOver {
                for _ in 0..<100 { churn.emit() }
                sched_yield()
            }
        } meanwhile: {
            defer { churn.end() }
            for round in 1...Self.rounds { try churn.attachAndDetach(round) }
        }
        #expect(churn.lateCalls == 0)
        #expect(churn.missedCalls == 0)
        #expect(churn.received == churn.emitted)
        #expect(everythingIsFreed())
        #expect(churn.liveHandlers == 0)
        // Lists that are not freed are 64 bytes a round; fewer rounds drown in what other tests take meanwhile.
        if Self.isSoak { #expect(residentBytes() - before < 8 << 20) }
    }

    /// Other tests emit meanwhile, so it may take more than one try.
    private func everythingIsFreed() -> Bool {
        for _ in 0..<1_000_000 {
            if ReclamationDomain.shared.reclaim() == 0 { return true }
            sched_yield()
        }
        return false
    }
}

/// The resident memory of this process.
private func residentBytes() -> Int {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [UInt8](repeating: 0, count: 128)
    let count = unsafe fread(&line, 1, line.count, file)
    let fields = String(decoding: line.prefix(count), as: UTF8.self).split(separator: " ")
    return (fields.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
}

/// An event with one handler that stays and one that comes and goes; its payload is the last round that was over when
/// the dispatch began.
private final class Churn: Sendable {
    private let event = Event<Int>("churn")
    private let over = Atomic<Bool>(false)
    private let lastDetached = Atomic<Int>(0)
    private let counts = Counts()

    init() throws {
        try HandlerRegistry.shared.attach("churn.permanent", to: event) { [counts] _ in
            counts.received.wrappingAdd(1, ordering: .relaxed)
        }
    }

    var isOver: Bool { over.load(ordering: .relaxed) }
    var lateCalls: Int { counts.late.load(ordering: .relaxed) }
    var missedCalls: Int { counts.missed.load(ordering: .relaxed) }
    var received: Int { counts.received.load(ordering: .relaxed) }
    var emitted: Int { counts.emitted.load(ordering: .relaxed) }
    var liveHandlers: Int { counts.live.load(ordering: .relaxed) }

    func end() { over.store(true, ordering: .relaxed) }

    func emit() {
        counts.emitted.wrappingAdd(1, ordering: .relaxed)
        event.emit(lastDetached.load(ordering: .acquiring))
    }

    func attachAndDetach(_ round: Int) throws {
        let calls = try attach(round)
        emit()
        try HandlerRegistry.shared.detach("churn.temporary")
        lastDetached.store(round, ordering: .releasing)
        if calls.own.load(ordering: .relaxed) == 0 { counts.missed.wrappingAdd(1, ordering: .relaxed) }
    }

    private func attach(_ round: Int) throws -> Calls {
        let calls = Calls(counts)
        try HandlerRegistry.shared.attach("churn.temporary", to: event) { [counts] lastDetached in
            calls.own.wrappingAdd(1, ordering: .relaxed)
            if lastDetached >= round { counts.late.wrappingAdd(1, ordering: .relaxed) }
        }
        return calls
    }
}

private final class Counts: Sendable {
    let emitted = Atomic<Int>(0)
    let received = Atomic<Int>(0)
    let late = Atomic<Int>(0)
    let missed = Atomic<Int>(0)
    let live = Atomic<Int>(0)
}

/// What one temporary handler owns.
private final class Calls: Sendable {
    let own = Atomic<Int>(0)
    private let counts: Counts

    init(_ counts: Counts) {
        self.counts = counts
        counts.live.wrappingAdd(1, ordering: .relaxed)
    }

    deinit { counts.live.wrappingSubtract(1, ordering: .relaxed) }
}
