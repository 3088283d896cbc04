import Glibc
import Logging
import Supervision
import Synchronization
import Systemd
import TestKit
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct ManagerReportTests {
    /// A service manager that takes messages while it listens.
    private final class Manager: Sendable {
        private let state = Mutex((isListening: true, taken: [String](), refused: 0))

        var taken: [String] { state.withLock(\.taken) }
        var refused: Int { state.withLock(\.refused) }

        func listen(_ isListening: Bool) { state.withLock { $0.isListening = isListening } }

        var notifier: Notifier {
            Notifier { message, _ in
                self.state.withLock { state in
                    guard state.isListening else {
                        state.refused += 1
                        return -EAGAIN
                    }
                    let clock = message.prefix { $0 != "M" }
                    state.taken.append(message.hasPrefix("RELOADING") ? "\(clock)" : message)
                    return 1
                }
            }
        }
    }

    private let manager = Manager()

    @Test func tellsTheLifeOfAService() {
        let report = ManagerReport(manager.notifier)
        report.ready(status: "serving")
        report.reloading()
        report.reloaded(.refused(["a"]))
        report.reloading()
        report.reloaded(.reloaded)
        report.alive()
        report.stopping()
        #expect(
            manager.taken == [
                "READY=1\nSTATUS=serving", "RELOADING=1\n",
                "READY=1\nSTATUS=Configuration not reloaded: 1 mistake: a", "RELOADING=1\n",
                "READY=1\nSTATUS=serving", "WATCHDOG=1", "STOPPING=1",
            ])
    }

    @Test func showsHowItIsWhileNothingIsWrong() {
        let report = ManagerReport(manager.notifier)
        report.serving("too early")
        report.ready(status: "1 series")
        report.serving("1 series")
        report.serving("2 series")
        report.reloaded(.refused(["a"]))
        report.serving("3 series")
        report.reloaded(.reloaded)
        report.serving("4 series")
        #expect(
            manager.taken == [
                "READY=1\nSTATUS=1 series", "STATUS=2 series",
                "READY=1\nSTATUS=Configuration not reloaded: 1 mistake: a", "READY=1\nSTATUS=3 series",
                "STATUS=4 series",
            ])
    }

    @Test func aReloadDuringTheStartDoesNotEndIt() {
        let report = ManagerReport(manager.notifier)
        report.reloading()
        report.reloaded(.reloaded)
        #expect(manager.taken == [])
    }

    @Test func aReloadThatEndsAfterTheStopBeganDoesNotEndTheStop() {
        let report = ManagerReport(manager.notifier)
        report.ready(status: "serving")
        report.reloading()
        report.stopping()
        report.reloaded(.reloaded)
        #expect(manager.taken.last == "STOPPING=1")
    }

    @Test func tellsLaterWhatIsNotTakenAtOnce() async throws {
        let report = ManagerReport(manager.notifier)
        try await retrying(report) {
            manager.listen(false)
            report.ready(status: "serving")
            await yield { manager.refused > 2 }
            #expect(manager.taken == [])
            manager.listen(true)
            await yield { manager.taken == ["READY=1\nSTATUS=serving"] }
        }
    }

    @Test func onlyTheNewestIsToldLater() async throws {
        let report = ManagerReport(manager.notifier)
        manager.listen(false)
        report.ready(status: "serving")
        report.reloading()
        report.reloaded(.refused(["a"]))
        manager.listen(true)
        try await retrying(report) {
            await yield { !manager.taken.isEmpty }
            #expect(manager.taken == ["READY=1\nSTATUS=Configuration not reloaded: 1 mistake: a"])
        }
    }

    @Test func complainsOnceOfAManagerThatDoesNotRead() async throws {
        let log = CapturedLog()
        let report = ManagerReport(manager.notifier, logger: log.logger)
        let error = SystemdError.notificationFailed(assignment: "READY=1", errno: EAGAIN)
        let complaint = CapturedLog.Entry(
            .warning, "The service manager was not told", ["error": "\(error)"])
        try await retrying(report) {
            for round in 1...2 {
                manager.listen(false)
                report.ready(status: "serving")
                await yield { log.entries.count >= round }
                let refused = manager.refused
                await yield { manager.refused > refused + 1 }
                report.alive()
                #expect(log.entries == Array(repeating: complaint, count: round))
                manager.listen(true)
                await yield { manager.taken.count >= round }
            }
        }
        #expect(log.entries.count == 2)
    }

    @Test func complainsOnceOfPingsThatAreLost() {
        let log = CapturedLog()
        let report = ManagerReport(manager.notifier, logger: log.logger)
        report.alive()
        #expect(log.entries == [])
        for round in 1...2 {
            manager.listen(false)
            for _ in 0..<3 { report.alive() }
            #expect(log.entries.count == round)
            manager.listen(true)
            report.alive()
        }
    }

    /// Runs `body` while the report sends again what was not taken.
    private func retrying(_ report: ManagerReport, _ body: () async -> Void) async throws {
        let supervisor = try Supervisor("test", children: report.children)
        let running = Task { try await supervisor.run() }
        await body()
        running.cancel()
        try await running.value
    }
}
