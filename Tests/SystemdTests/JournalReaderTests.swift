import Glibc
import Testing
import TestKit

@testable import Systemd

/// What needs entries is tried in a real systemd.
@Suite(.timeLimit(.minutes(5)))
struct JournalReaderTests {
    @Test func anEmptyDirectoryHasNoEntries() async throws {
        try await withTemporaryDirectory { directory in
            let reader = try JournalReader(directory: directory)
            try reader.filter("PRIORITY", anyOf: ["3", "4"])
            try reader.filter(anyOf: [[JournalMatch("_PID", "1"), JournalMatch("UNIT", "a.service")], []])
            #expect(try reader.next() == nil)
            try reader.seek(toLast: 10, before: nil)
            #expect(try reader.next() == nil)
            try reader.seek(toLast: 0, before: 5)
            try reader.seek(to: -1)
            #expect(try reader.next() == nil)
        }
    }

    @Test func aMissingDirectoryIsAnError() {
        #expect(throws: SystemdError.journalUnreadable(errno: ENOENT)) {
            _ = try JournalReader(directory: "/nonexistent").next()
        }
    }

    @Test func aMalformedMatchIsAnError() async throws {
        try await withTemporaryDirectory { directory in
            let reader = try JournalReader(directory: directory)
            #expect(throws: SystemdError.journalUnreadable(errno: EINVAL)) {
                try reader.filter("lower", anyOf: ["x"])
            }
        }
    }

    @Test func waitingEndsWithTheReaderOfTheOutput() async throws {
        try await withTemporaryDirectory { directory in
            let reader = try JournalReader(directory: directory)
            var ends: [Int32] = [0, 0]
            #expect(unsafe pipe(&ends) == 0)
            defer { close(ends[1]) }
            close(ends[0])
            // A wait may end early, as on a file system that tells of no change.
            while try reader.wait(unlessClosed: ends[1]) {}
        }
    }

    @Test func aFieldIsTakenApartAtItsFirstEqualsSign() {
        func field(_ text: String) -> JournalReading.Field? {
            let bytes = Array(text.utf8)
            return unsafe bytes.withUnsafeBytes { unsafe JournalReading.Field($0) }
        }
        #expect(field("A=b=c") == JournalReading.Field(name: "A", value: Array("b=c".utf8)))
        #expect(field("A=") == JournalReading.Field(name: "A", value: []))
        #expect(field("A") == nil)
    }

    @Test func countsFilesThatMayBeReadAndOthersNot() async throws {
        try await withTemporaryDirectory { directory in
            for name in ["system.journal", "user-1.journal~", "a.txt"] {
                close(unsafe open("\(directory)/\(name)", O_CREAT | O_WRONLY, 0o600))
            }
            #expect(JournalFiles(directory: directory).readable == 2)
            #expect(JournalFiles(directory: directory).refused == 0)
            #expect(JournalFiles(directory: "\(directory)/none") == JournalFiles(directory: "/nonexistent"))
        }
    }
}
