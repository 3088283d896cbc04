import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct JournalConnectionTests {
    @Test func matchesTheStreamByDeviceAndInode() {
        let pipe = TestPipe()
        var status = stat()
        _ = unsafe fstat(pipe.writeEnd, &status)
        let stream = "\(status.st_dev):\(status.st_ino)"
        #expect(JournalConnection.isJournal(descriptor: pipe.writeEnd, stream: stream))
        #expect(!JournalConnection.isJournal(descriptor: TestPipe().writeEnd, stream: stream))
    }

    @Test(arguments: ["", ":", "1", "1:1:1", "x:y", "-1:-1"])
    func refusesWhatIsNoStream(stream: String) {
        #expect(!JournalConnection.isJournal(descriptor: TestPipe().writeEnd, stream: stream))
    }

    @Test func refusesAClosedDescriptor() {
        #expect(!JournalConnection.isJournal(descriptor: -1, stream: "0:0"))
    }

    @Test func aRedirectedStandardErrorIsNoJournal() async {
        await #expect(processExitsWith: .success) {
            setVariable("JOURNAL_STREAM", "1:1")
            exit(JournalConnection.isStandardError ? 1 : 0)
        }
    }
}
