import Arena
import Glibc
import Linux
import Synchronization
import Systemd
import TelemetryMetrics
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct KeptStateTests {
    /// A service manager that can't take a few messages before it takes all.
    private final class Manager: Sendable {
        private let told = Mutex<(busy: Int, messages: [String])>((3, []))

        var messages: [String] { told.withLock(\.messages) }

        func take(_ message: String) -> Int32 {
            told.withLock { told in
                told.busy -= 1
                guard told.busy < 0 else { return -EAGAIN }
                told.messages.append(message.split(separator: "\n").prefix(2).joined(separator: " "))
                return 1
            }
        }
    }

    @Test func aBusyManagerGetsTheMemoryOnceItReadsAgain() throws {
        let manager = Manager()
        var passed: [ActivatedDescriptor] = []
        let kept = KeptState(from: &passed, notifier: Notifier { message, _ in manager.take(message) })
        kept.keep(try MetricStore(), generation: 5)
        #expect(manager.messages == ["FDSTORE=1 FDNAME=heliograph-state-1"])
    }

    @Test func whatWasKeptGoesOnceTheNewMemoryIsThere() throws {
        let manager = Manager()
        let store = try MetricStore()
        guard let descriptor = store.arena.duplicateDescriptor() else {
            Issue.record("no descriptor")
            return
        }
        var passed = [ActivatedDescriptor(name: "heliograph-state-1", descriptor: descriptor.release())]
        let kept = KeptState(from: &passed, notifier: Notifier { message, _ in manager.take(message) })
        kept.keep(try MetricStore(), generation: 6)
        #expect(
            manager.messages == [
                "FDSTORE=1 FDNAME=heliograph-state-0", "FDSTOREREMOVE=1 FDNAME=heliograph-state-1",
            ])
    }
}
