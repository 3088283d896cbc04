import Arena
import ConfigurationFile
import Glibc
import Linux
import Logging
import Supervision
import TelemetryMetrics

/// Answers on the control socket: one request after the other, on a thread of its own.
///
/// Only root and the service's own user are answered, within a second of connecting each. What waits is bounded by the
/// kernel's queue.
final class ControlListener: Sendable {
    /// How to ask whether it lives.
    let loop: BlockingLoop
    private let socket: StreamListener
    private let reload: @Sendable () -> ReloadOutcome
    private let state: StateAccess?
    private static let logger = Logger(label: "heliograph.control")

    private static let backlog: Int32 = 8
    private static let longestRequest = 64
    /// For a request to arrive, and for an answer to leave; together they are shorter than a stop may take.
    private static let patience = Duration.milliseconds(500)
    private static let pauseOutOfDescriptors = Duration.seconds(1)

    /// Opens the socket that `configuration` names; none without one.
    ///
    /// A process that was not told where has none if it can't have the default one, as another service of the user does.
    static func open(
        _ configuration: ControlConfiguration, state: StateAccess? = nil,
        reload: @escaping @Sendable () -> ReloadOutcome
    ) throws(LinuxError) -> ControlListener? {
        guard let path = configuration.unix else { return nil }
        do throws(LinuxError) {
            return try ControlListener(path: path, state: state, reload: reload)
        } catch {
            guard !configuration.isChosen else { throw error }
            logger.warning("There is no control socket", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Listens at `path`, which only its user can connect to.
    init(
        path: String, state: StateAccess? = nil, reload: @escaping @Sendable () -> ReloadOutcome
    ) throws(LinuxError) {
        self.state = state
        loop = try BlockingLoop()
        socket = try StreamListener(path: path, mode: 0o600, backlog: Self.backlog)
        self.reload = reload
    }

    /// Removes the socket's file; whoever still holds the listener at the end of the process does not keep it.
    func close() { socket.removeFile() }

    /// Answers until it is cancelled.
    var child: ChildSpec {
        ChildSpec("control", backoff: Backoff(initial: .milliseconds(100), cap: .seconds(5))) { [self] in
            try await loop.run(name: "control") { try self.answerAll() }
        }
    }

    private func answerAll() throws(LinuxError) {
        while loop.stopped == nil {
            let readiness = try PollResult.wait(for: socket.descriptor, or: loop.wakeUp)
            if readiness.signalled { loop.answer() }
            guard readiness.readable, loop.stopped == nil else { continue }
            do throws(LinuxError) {
                guard let connection = try socket.accept() else { continue }
                answer(UnixConnection(takingOwnership: connection))
            } catch {
                // Out of descriptors: the connection waits, which must not spin.
                loop.wakeUp.wait(until: .now + Self.pauseOutOfDescriptors)
            }
        }
    }

    /// Answers one request; a client that is slow or gone gets none.
    private func answer(_ connection: consuming UnixConnection) {
        guard let user = connection.peerUser, user == 0 || user == geteuid() else {
            Self.logger.warning("The control socket is for root and the service's own user only")
            return
        }
        let request = try? connection.read(
            limit: Self.longestRequest, deadline: .now + Self.patience,
            until: { $0.last == UInt8(ascii: "\n") })
        guard let request else { return }
        let line = String(decoding: request, as: UTF8.self)
        let reply: ControlReply =
            switch line.last == "\n" ? ControlRequest(rawValue: String(line.dropLast())) : nil {
            case .reload: .reload(reload())
            case .state: state.map { .state(path: $0.path()) } ?? .unknown
            case .reset: state.map { $0.forsake() } ?? .unknown
            case nil: .unknown
            }
        try? connection.write(reply.bytes, deadline: .now + Self.patience)
    }
}

/// The series of a service, for who asks over the control socket.
struct StateAccess: Sendable {
    private let store: MetricStore

    init(_ store: MetricStore) { self.store = store }

    /// Where a process of the same user or of root can open the memory.
    func path() -> String { "/proc/\(getpid())/fd/\(store.arena.descriptorNumber)" }

    /// Leaves the series to nobody.
    func forsake() -> ControlReply {
        store.arena.forsake()
        return .forsaken
    }
}
