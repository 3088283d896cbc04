import Glibc
import JournalLogging
import Linux
import Synchronization
import Systemd
import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct KeptLogTests {
    private final class Manager: Sendable {
        let messages = Mutex<[String]>([])

        var notifier: Notifier {
            Notifier { message, _ in
                self.messages.withLock { messages in
                    messages.append(message.split(separator: "\n").prefix(2).joined(separator: " "))
                }
                return 1
            }
        }
    }

    /// The name that the memory of this build is kept by.
    private let name = "heliograph-log-\(JournalLogHandler.memoryLayout)"

    @Test func theManagerKeepsTheMemoryOfTheLog() {
        let manager = Manager()
        var passed: [ActivatedDescriptor] = []
        KeptLog.goOn(from: &passed, notifier: manager.notifier)
        #expect(manager.messages.withLock { $0 } == ["FDSTORE=1 FDNAME=\(name)"])
    }

    @Test func whatWasKeptIsReadAndGivenBackWhateverItIs() {
        let manager = Manager()
        guard let memory = JournalLogHandler.duplicateMemory() else {
            Issue.record("no memory")
            return
        }
        let own = memory.release()
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        defer { close(ends[0]) }
        var passed = [
            ActivatedDescriptor(name: name, descriptor: own),
            ActivatedDescriptor(name: "heliograph-log-0", descriptor: ends[1]),
            ActivatedDescriptor(name: "web", descriptor: -1),
        ]
        KeptLog.goOn(from: &passed, notifier: manager.notifier)
        #expect(passed.map(\.name) == ["web"])
        let told = manager.messages.withLock { $0 }
        #expect(
            Set(told.dropLast()) == [
                "FDSTOREREMOVE=1 FDNAME=\(name)", "FDSTOREREMOVE=1 FDNAME=heliograph-log-0",
            ])
        #expect(told.last == "FDSTORE=1 FDNAME=\(name)")
        // What can't be read is closed all the same.
        var request = pollfd(fd: ends[0], events: 0, revents: 0)
        #expect(unsafe poll(&request, 1, 0) == 1)
        #expect(Int32(request.revents) & POLLHUP != 0)
    }
}
