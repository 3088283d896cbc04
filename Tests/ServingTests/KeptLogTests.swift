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

    /// What is kept may end whoever reads it, which must not happen again and again.
    @Test func whatWasKeptIsGivenBackBeforeItIsRead() {
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        let (end, kept) = (ends[0], ends[1])
        defer { close(end) }
        let isOpen = Mutex<Bool?>(nil)
        let notifier = Notifier { message, _ in
            if message.hasPrefix("FDSTOREREMOVE=1") { isOpen.withLock { $0 = !Self.isClosed(end) } }
            return 1
        }
        var passed = [ActivatedDescriptor(name: name, descriptor: kept)]
        KeptLog.goOn(from: &passed, notifier: notifier)
        #expect(isOpen.withLock { $0 } == true)
        #expect(Self.isClosed(end))
    }

    /// Whether nobody has the end of a pipe that is written to.
    private static func isClosed(_ end: Int32) -> Bool {
        var request = pollfd(fd: end, events: 0, revents: 0)
        return unsafe poll(&request, 1, 0) == 1 && Int32(request.revents) & POLLHUP != 0
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
        #expect(Self.isClosed(ends[0]))
    }
}
