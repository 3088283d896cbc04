import TelemetryTesting
import TestKit

@testable import Supervision

/// Runs a script on our supervisor; its trace is that of `Tests/OTP/supervisor.escript`, and of ``ReplayModel``.
struct Replay {
    private let stage = Stage()
    private let gate = Gate()
    private let script: ReplayScript

    init(_ script: ReplayScript) { self.script = script }

    /// The lines of the trace, ending with "over", the child that failed to start, or those that are stuck.
    func trace() async throws -> [String] {
        defer { gate.open() }
        // Whoever waits for the end of a stubborn child waits in vain; nobody else has a timeout then.
        let clock = Task { [clock = stage.clock, hasStubborn = !stubborn.isEmpty] in
            while hasStubborn {
                try await clock.sleepers(reach: 1)
                clock.advance(by: .seconds(5))
            }
        }
        defer { clock.cancel() }
        let supervisor = try Supervisor(
            "top", strategy: script.strategy,
            intensity: RestartIntensity(maxRestarts: script.maxRestarts, period: .seconds(3600)),
            autoShutdown: script.autoShutdown, children: script.children.map(spec), clock: stage.clock,
            observer: stage.notices)
        let error = try await stage.runUntilDone(supervisor) {
            for command in script.commands {
                guard try await obey(command, supervisor) else { break }
            }
        }
        var lines = stage.lines.filter { $0 != "up" && !isStopOfKilled($0) }
        switch error {
        case .failedToStartChild(let id, _): lines[lines.count - 1] = "failed to start \(id)"
        case .stuck(let ids, _): lines[lines.count - 1] = "stuck " + ids.joined(separator: " ")
        default: break
        }
        return lines
    }

    private func spec(_ child: ReplayScript.Child) -> ChildSpec {
        guard !child.isStubborn else {
            return stage.puppets.stubborn(child.id, child.restart, shutdown: child.shutdown, gate: gate)
        }
        return stage.puppets.spec(
            child.id, child.restart, shutdown: child.shutdown, significant: child.isSignificant,
            failingStarts: Set(child.failingStarts))
    }

    /// What OTP kills can't say that it is told to stop.
    private func isStopOfKilled(_ line: String) -> Bool {
        killed.contains { line == "\($0) stops" }
    }

    private var killed: [String] { children.filter { $0.shutdown == .brutal }.map(\.id) }
    private var stubborn: [String] { children.filter(\.isStubborn).map(\.id) }

    private var children: [ReplayScript.Child] {
        let started = script.commands.compactMap { command -> ReplayScript.Child? in
            guard case .start(let child) = command else { return nil }
            return child
        }
        return script.children + started
    }

    /// False once the supervisor is over.
    private func obey(_ command: ReplayScript.Command, _ supervisor: Supervisor) async throws -> Bool {
        do {
            guard let answer = try await answer(command, supervisor) else { return true }
            stage.puppets.journal.note(answer)
            return true
        } catch SupervisionError.notRunning, SupervisionError.stuck {
            return false
        }
    }

    private func answer(
        _ command: ReplayScript.Command, _ supervisor: Supervisor
    ) async throws -> String? {
        switch command {
        case .fail(let id): try await tell(id, .fail, supervisor)
        case .return(let id): try await tell(id, .return, supervisor)
        case .terminate(let id): try await word { try await supervisor.terminateChild(id) }
        case .restart(let id): try await word { try await supervisor.restartChild(id) }
        case .delete(let id): try await word { try await supervisor.deleteChild(id) }
        case .start(let child): try await word { try await supervisor.startChild(spec(child)) }
        case .which:
            try await supervisor.whichChildren().map { "\($0.id):\($0.state)" }.joined(separator: " ")
        case .count: try await counts(supervisor)
        case .wait(let seconds):
            advance(by: seconds)
        }
    }

    private func advance(by seconds: Int) -> String? {
        stage.clock.advance(by: .seconds(seconds))
        return nil
    }

    private func counts(_ supervisor: Supervisor) async throws -> String {
        let counts = try await supervisor.countChildren()
        return "\(counts.specs) \(counts.active) \(counts.supervisors) \(counts.workers)"
    }

    private func word(_ body: () async throws -> Void) async throws -> String {
        do {
            try await body()
            return "ok"
        } catch let error as SupervisionError {
            return switch error {
            case .alreadyStarted: "already_started"
            case .alreadyPresent: "already_present"
            case .notFound: "not_found"
            case .running: "running"
            case .restarting: "restarting"
            case .failedToStartChild: "failed"
            default: throw error
            }
        }
    }

    private func tell(_ id: String, _ order: Puppets.Order, _ supervisor: Supervisor) async throws -> String?
    {
        let children = try await supervisor.whichChildren()
        guard !stubborn.contains(id), children.contains(where: { $0.id == id && $0.state == .running }) else {
            return "\(id) is not there"
        }
        let ends = stage.notices.lines.count(where: isEnd)
        stage.puppets.tell(id, order)
        await stage.notices.reaches { $0.count(where: isEnd) > ends }
        try await settle(supervisor)
        return nil
    }

    @Sendable private func isEnd(_ line: String) -> Bool {
        line.hasSuffix(" returned") || line.contains(" failed: ")
    }

    /// Waits until the supervisor has done all that follows.
    ///
    /// A restart that failed is tried again behind what has arrived, so that one may follow whatever is awaited here.
    private func settle(_ supervisor: Supervisor) async throws {
        var restarts: Int
        repeat {
            while lastRestartIsPending { try await finishWork(supervisor) }
            restarts = self.restarts
            try await finishWork(supervisor)
        } while lastRestartIsPending || self.restarts != restarts
    }

    /// Every request waits for the work in progress.
    private func finishWork(_ supervisor: Supervisor) async throws {
        do { try await supervisor.deleteChild("nobody") } catch SupervisionError.notFound {}
    }

    private var restarts: Int { stage.notices.lines.count { $0.hasPrefix("restarting ") } }

    private var lastRestartIsPending: Bool {
        let lines = stage.notices.lines
        guard let last = lines.lastIndex(where: { $0.hasPrefix("restarting ") }) else { return false }
        let id = lines[last].split(separator: " ")[1]
        return !lines[last...].contains("started \(id)")
    }
}
