import Glibc
import LogTelemetry
import Synchronization
import Systemd
import TestKit
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct JournalOutputTests {
    /// An output to a journal, and the lines that it writes elsewhere.
    private final class Place {
        let journal: TestJournal
        let output: JournalOutput
        private let ends: [Int32]

        init(isAbsent: Bool = false, patience: Duration = .seconds(60)) {
            var ends: [Int32] = [-1, -1]
            _ = unsafe pipe(&ends)
            self.ends = ends
            journal = TestJournal(isAbsent: isAbsent)
            output = JournalOutput(
                JournalSocket(path: journal.path), lines: LineOutput(descriptor: ends[1]), patience: patience,
                now: { 0 })
        }

        deinit {
            for end in ends { close(end) }
        }

        func write(_ message: String) -> Bool {
            output.write(.example(message: message), identifier: "shopd")
        }

        var lineEnd: Int32 { ends[0] }

        /// The lines that were written since the last time.
        func lines() -> [String] {
            var bytes = [UInt8](repeating: 0, count: 65_536)
            var request = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&request, 1, 0) > 0 else { return [] }
            let count = unsafe read(ends[0], &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").map(
                String.init)
        }
    }

    @Test func sendsTheFieldsOfARecord() throws {
        let place = Place()
        #expect(place.write("two\nlines"))
        let entry = try #require(place.journal.nextEntry())
        #expect(entry.prefix(3) == ["MESSAGE=two\nlines", "PRIORITY=6", "SYSLOG_IDENTIFIER=shopd"])
        #expect(place.lines().isEmpty)
    }

    @Test func writesLinesWhileTheJournalIsAbsentAndSaysSo() {
        let place = Place(isAbsent: true)
        #expect(place.write("one"))
        #expect(place.write("two"))
        let lines = place.lines()
        #expect(lines.count == 3)
        #expect(lines.first?.contains(LogMessage.journalAbsent.rawValue) == true)
        #expect(lines.dropFirst().map { $0.contains(#""message":"one""#) } == [true, false])
        place.journal.start()
        #expect(place.write("three"))
        #expect(place.journal.nextMessage() == "three")
        #expect(
            place.journal.nextMessage()
                == "The journal is back; 2 records before this one went to standard error.")
        #expect(place.write("four"))
        #expect(place.write("five"))
        #expect(place.journal.nextMessage() == "four")
        #expect(place.journal.nextMessage() == "five")
        #expect(place.lines().isEmpty)
    }

    @Test func goesOnWithAJournalThatWasStartedAgain() {
        let place = Place()
        #expect(place.write("one"))
        place.journal.stop()
        place.journal.start()
        #expect(place.write("two"))
        #expect(place.journal.nextMessage() == "two")
        #expect(place.lines().isEmpty)
    }

    @Test func waitsForAJournalThatTakesNothingAndSaysSo() {
        let place = Place(patience: .milliseconds(1))
        let (lines, journal) = (place.lineEnd, place.journal.descriptor)
        let count = 3000
        let received = Mutex<[String]>([])
        onThreads(1) { _ in
            // Reads only once it is said that nobody does.
            var request = pollfd(fd: lines, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&request, 1, 60_000) > 0 else { return }
            while received.withLock({ $0.last }) != "\(count - 1)", let message = nextMessage(of: journal) {
                received.withLock { $0.append(message) }
            }
        } meanwhile: {
            for entry in 0..<count { #expect(place.write("\(entry)")) }
        }
        let messages = received.withLock { $0 }
        #expect(messages.compactMap { Int($0) } == Array(0..<count))
        #expect(
            Set(messages.filter { Int($0) == nil }) == [
                "The journal takes entries again; what was logged meanwhile waited."
            ])
        #expect(place.lines().first?.contains(LogMessage.journalStalled.rawValue) == true)
    }
}
