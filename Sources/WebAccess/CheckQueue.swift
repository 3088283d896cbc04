import Linux
import Synchronization

/// Checks of passwords that wait for the thread that makes them.
///
/// Thread-safe: one lock guards it, and is held while nothing is checked or decided. It answers pings between two checks, of
/// which the longest takes some two seconds; the counter orders nothing.
final class CheckQueue: AnsweringLoop {
    /// One check, and all requests that wait for it.
    struct Check {
        let digest: [UInt8]
        let client: String
        let isRight: @Sendable () -> Bool
        var waiting: [@Sendable (Result) -> Void]
    }

    enum Result: Sendable {
        case right, wrong
        /// It was not made, as the server stops.
        case dropped
    }

    private struct State {
        var checks: [Check] = []
        /// The one that is being made.
        var current: Check?
        var isClosed = false
    }

    /// So many distinct ones wait at most, some two seconds of work at a cost of 10, and so many from one client.
    static let limit = 32
    static let limitPerClient = 8

    private let state = Mutex(State())
    private let wake: WakeUp
    private let answerCount = Atomic<UInt64>(0)

    init() throws(LinuxError) { wake = try WakeUp() }

    /// Adds a check, or joins the same that waits already; false where too many wait.
    func add(
        _ digest: [UInt8], from client: String, isRight: @escaping @Sendable () -> Bool,
        then decide: @escaping @Sendable (Result) -> Void
    ) -> Bool {
        let isAdded = state.withLock { state in
            if state.current?.digest == digest {
                state.current?.waiting.append(decide)
                return true
            }
            if let index = state.checks.firstIndex(where: { $0.digest == digest }) {
                state.checks[index].waiting.append(decide)
                return true
            }
            guard !state.isClosed, state.checks.count < Self.limit,
                state.checks.count(where: { $0.client == client }) < Self.limitPerClient
            else { return false }
            state.checks.append(Check(digest: digest, client: client, isRight: isRight, waiting: [decide]))
            return true
        }
        wake.signal()
        return isAdded
    }

    /// Lets go those whose checks have not begun.
    func drop() {
        let dropped = state.withLock { state in
            defer { state.checks = [] }
            return state.checks
        }
        for decide in dropped.flatMap(\.waiting) { decide(.dropped) }
    }

    /// Ends `makeAll` after the check that it is at; none is added any more.
    func close() {
        state.withLock { $0.isClosed = true }
        drop()
        wake.signal()
    }

    func ping() { wake.signal() }

    var answers: UInt64 { answerCount.load(ordering: .relaxed) }

    /// Makes one check after the other until it is closed; for one thread.
    func makeAll() {
        while !state.withLock(\.isClosed) {
            answerCount.wrappingAdd(1, ordering: .relaxed)
            if !makeOne() { wake.wait() }
        }
    }

    /// Makes the oldest check; false without one.
    func makeOne() -> Bool {
        let check = state.withLock { state in
            state.current = state.checks.isEmpty ? nil : state.checks.removeFirst()
            return state.current
        }
        guard let check else { return false }
        let result = check.isRight() ? Result.right : .wrong
        let waiting = state.withLock { state in
            defer { state.current = nil }
            return state.current?.waiting ?? []
        }
        for decide in waiting { decide(result) }
        return true
    }
}
