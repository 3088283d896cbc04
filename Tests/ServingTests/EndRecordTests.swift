import Arena
import Bytes
import Glibc
import Linux
import LogTelemetry
import Logging
import TelemetryMetrics
import TestKit
import Testing

@testable import Serving

/// What a successor counts of the end of the process before.
@Suite(.timeLimit(.minutes(5)))
struct EndRecordTests {
    private let store: MetricStore

    init() throws { store = try MetricStore() }

    private func cause(executable: UInt64 = 7) throws -> EndRecord.Cause {
        EndRecord.cause(of: try store.foreign(), executable: executable)
    }

    @Test func aStopIsTold() throws {
        let record = try EndRecord(in: store.arena, executable: 7)
        record.noteStop()
        #expect(try cause() == .stop)
    }

    @Test func aStopForAnotherBuildIsAnUpgrade() throws {
        let record = try EndRecord(in: store.arena, executable: 7)
        record.noteStop()
        #expect(try cause(executable: 8) == .upgrade)
    }

    @Test func anythingElseIsACrashWhateverTheBuild() throws {
        #expect(try cause() == .crash)
        _ = try EndRecord(in: store.arena, executable: 7)
        #expect(try cause() == .crash)
        #expect(try cause(executable: 8) == .crash)
    }

    @Test func logsAnEndThatWasNoneInOrder() throws {
        let log = CapturedLog()
        EndRecord.report(after: nil, to: log.logger)
        let record = try EndRecord(in: store.arena)
        EndRecord.report(after: try store.foreign(), to: log.logger)
        record.noteStop()
        EndRecord.report(after: try store.foreign(), to: log.logger)
        let metadata = ["cause": "crash", "message_id": LogMessage.processCrashed.rawValue]
        #expect(log.entries == [.init(.warning, "The process before did not end in order", metadata)])
    }

    @Test func thisProgramIsKnown() {
        #expect(Executable.identity != 0)
        #expect(Executable.identity == Executable.identity)
    }

    @Test func countsOneEndAndGoesOnWithThoseBefore() throws {
        try EndRecord.count(after: nil, in: store)
        #expect(store.restarts == ["crash": 0, "stop": 0, "upgrade": 0, "watchdog": 0])
        try EndRecord(in: store.arena).noteStop()
        let second = try store.successor()
        #expect(second.restarts == ["crash": 0, "stop": 1, "upgrade": 0, "watchdog": 0])
        let third = try second.successor()
        #expect(third.restarts == ["crash": 1, "stop": 1, "upgrade": 0, "watchdog": 0])
    }

    /// That it is noted as the watchdog's, `test_watchdog.py` sees.
    @Test func anAbortByAnotherProcessEndsThisOneWhateverHandledItBefore() async {
        await #expect(processExitsWith: .signal(SIGABRT)) {
            let store = try MetricStore()
            signal(SIGABRT) { _ in _exit(1) }
            try EndRecord(in: store.arena).noteWatchdog()
            unsafe _ = system("kill -ABRT \(getpid())")
            while true { try await Task.sleep(for: .seconds(1)) }
        }
    }

    @Test func anAbortOfItsOwnIsACrashAndGoesWhereItWentBefore() async {
        await #expect(processExitsWith: .success) {
            let store = try MetricStore()
            unsafe ending = store
            signal(SIGABRT) { _ in
                let cause = unsafe ending.flatMap { try? $0.foreign() }.map { EndRecord.cause(of: $0) }
                _exit(cause == .crash ? 0 : 1)
            }
            try EndRecord(in: store.arena).noteWatchdog()
            raise(SIGABRT)
        }
    }
}

/// What the handler of a signal looks at, in a process of one test.
private nonisolated(unsafe) var ending: MetricStore?

extension MetricStore {
    fileprivate func foreign() throws -> ForeignArena {
        guard let descriptor = arena.duplicateDescriptor() else {
            throw LinuxError.call(operation: "dup", errno: EMFILE, context: "")
        }
        return try ForeignArena(SharedMemory(takingOwnership: descriptor, reserve: 0))
    }

    fileprivate func successor() throws -> MetricStore {
        let foreign = try foreign()
        let store = try MetricStore(predecessor: foreign)
        try EndRecord.count(after: foreign, in: store)
        return store
    }

    fileprivate var restarts: [String: Int64] {
        var counts: [String: Int64] = [:]
        for family in families where family.name == "heliograph_restarts_total" {
            family.forEachSeries { text, row in
                let label = text.text(in: 0..<text.byteCount)
                counts[String(label.dropFirst(#"cause=""#.count).dropLast())] = family.total(row).whole
            }
        }
        return counts
    }
}
