import HeliographLifecycle
import ServiceLifecycle
import ServiceLifecycleTestKit
import TelemetryTesting
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LifecycleHookTests {
    private struct Made: Service {
        let body: @Sendable () async throws -> Void

        func run() async throws { try await body() }
    }

    private struct Broken: Error {}

    /// The states of a service of that name, and those that are said to be current at the end.
    private func states(
        _ name: String, _ body: () async throws -> Void
    ) async throws -> (changes: [ServiceState], current: [ServiceState]) {
        let changes = try EventCapture(of: ServiceEvents.change)
        let flags = try EventCapture(of: ServiceEvents.flag)
        defer {
            changes.stop()
            flags.stop()
        }
        try await body()
        let last = flags.events.filter { $0.service == name }.suffix(ServiceState.allCases.count)
        return (
            changes.events.filter { $0.service == name }.map(\.state),
            last.filter(\.isCurrent).map(\.state)
        )
    }

    @Test func aServiceThatReturnsHasStopped() async throws {
        let (changes, current) = try await states("returns") {
            try await Made {}.observed(as: "returns").run()
        }
        #expect(changes == [.running, .stopped])
        #expect(current == [.stopped])
    }

    @Test func aServiceThatThrowsHasFailed() async throws {
        let (changes, current) = try await states("throws") {
            await #expect(throws: Broken.self) {
                try await Made { throw Broken() }.observed(as: "throws").run()
            }
        }
        #expect(changes == [.running, .failed])
        #expect(current == [.failed])
    }

    @Test func aCancelledServiceHasStopped() async throws {
        let (changes, _) = try await states("cancelled") {
            let running = Task {
                try await Made { try await Task.sleep(for: .seconds(1000)) }.observed(as: "cancelled").run()
            }
            running.cancel()
            _ = try? await running.value
        }
        #expect(changes.last == .stopped)
    }

    @Test func aCancelledServiceThatThrowsAnErrorOfItsOwnHasStopped() async throws {
        let (changes, _) = try await states("wraps") {
            let running = Task {
                let service = Made {
                    do { try await Task.sleep(for: .seconds(1000)) } catch { throw Broken() }
                }
                try await service.observed(as: "wraps").run()
            }
            running.cancel()
            await #expect(throws: Broken.self) { try await running.value }
        }
        #expect(changes.last == .stopped)
    }

    @Test func aGracefulShutdownIsSeen() async throws {
        let (changes, current) = try await states("graceful") {
            try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        try await Made { try await gracefulShutdown() }.observed(as: "graceful").run()
                    }
                    trigger.triggerGracefulShutdown()
                    try await group.waitForAll()
                }
            }
        }
        #expect(changes == [.running, .stopping, .stopped])
        #expect(current == [.stopped])
    }
}
