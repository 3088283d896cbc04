import Logging
import Supervision
import Synchronization
import Systemd

/// What the service manager is told of the service, without ever waiting for it.
///
/// What the manager does not take at once is kept and sent again by `children`, unless something newer replaces it.
/// Any thread may call any of it. The lock is held while a message is sent, so that none overtakes another.
final class ManagerReport: Sendable {
    private struct State {
        /// The text of `systemctl status` while nothing is wrong; nil before the service is ready.
        var serving: String?
        var isStopping = false
        /// Whether the status tells of a reload that was refused.
        var isRefusalShown = false
        /// What was not taken yet.
        var stage: ServiceStage?
        var status: String?
        /// Whether the log says that the manager does not listen.
        var isComplaintLogged = false
    }

    /// Whom it tells.
    let notifier: Notifier
    private let state = Mutex(State())
    private let logger: Logger
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// How long a message is sent again in silence: a manager may be busy.
    private static let patience = Duration.milliseconds(100)
    private static let firstPause = Duration.milliseconds(5)
    private static let longestPause = Duration.seconds(1)

    init(_ notifier: Notifier = Notifier(), logger: Logger = Logger(label: "heliograph.service")) {
        self.notifier = notifier
        self.logger = logger
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Start-up has ended; `status` is shown from now on.
    func ready(status: String) {
        tell { state in
            state.serving = status
            state.stage = .ready
            state.status = status
        }
    }

    /// A reload begins; before `ready` it is part of the start.
    func reloading() {
        tell { if $0.serving != nil { $0.stage = .reloading } }
    }

    /// The reload has ended; what was refused is the status until a reload works.
    func reloaded(_ outcome: ReloadOutcome) {
        tell { state in
            guard let serving = state.serving else { return }
            state.stage = .ready
            state.status = outcome.status ?? serving
            state.isRefusalShown = outcome.status != nil
        }
    }

    /// How the service is doing now; it is shown unless something is wrong.
    func serving(_ status: String) {
        tell { state in
            guard state.serving != nil, state.serving != status else { return }
            state.serving = status
            if !state.isRefusalShown { state.status = status }
        }
    }

    /// The service is about to end; nothing is told after this.
    func stopping() {
        tell { state in
            state.stage = .stopping
            state.isStopping = true
        }
    }

    /// The service is alive; a ping that is lost is followed by another one in time.
    func alive() {
        do throws(SystemdError) {
            try notifier.pingWatchdog()
            state.withLock { $0.isComplaintLogged = false }
        } catch {
            complain(error)
        }
    }

    /// Sends what was not taken; none where there is no manager.
    var children: [ChildSpec] {
        guard notifier.isHeard else { return [] }
        return [ChildSpec("notify") { [self] in for await _ in wakeUps { try await sendAgain() } }]
    }

    private func tell(_ change: (inout State) -> Void) {
        let isTaken = state.withLock { state in
            guard !state.isStopping else { return true }
            change(&state)
            return send(&state) == nil
        }
        if !isTaken { wakeUp.yield() }
    }

    private func sendAgain() async throws {
        var pause = Self.firstPause
        var waited = Duration.zero
        while let error = state.withLock({ send(&$0) }) {
            if waited >= Self.patience { complain(error) }
            try await Task.sleep(for: pause)
            waited += pause
            pause = min(pause * 2, Self.longestPause)
        }
        state.withLock { $0.isComplaintLogged = false }
    }

    /// Sends what there is to tell; nil once it is taken.
    private func send(_ state: inout State) -> SystemdError? {
        do throws(SystemdError) {
            try notifier.report(state.stage, status: state.status)
            state.stage = nil
            state.status = nil
            return nil
        } catch {
            return error
        }
    }

    /// Logs the first of a row of failures.
    private func complain(_ error: SystemdError) {
        let isFirst = state.withLock { state in
            defer { state.isComplaintLogged = true }
            return !state.isComplaintLogged
        }
        guard isFirst else { return }
        logger.warning("The service manager was not told", metadata: ["error": "\(error)"])
    }
}
