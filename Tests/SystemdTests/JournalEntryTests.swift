import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct JournalEntryTests {
    @Test func keepsFieldsInOrderAndDuplicates() {
        var entry = JournalEntry()
        entry.append("TAG", "a")
        entry.append("TAG", "")
        #expect(String(decoding: entry.bytes, as: UTF8.self) == "TAG=a\nTAG=\n")
    }

    @Test func measuresValuesWithLineFeeds() {
        var entry = JournalEntry()
        entry.append("A", "b")
        entry.append("MESSAGE", "two\n=lines")
        entry.append("C", "d")
        #expect(
            entry.bytes == Array("A=b\nMESSAGE\n".utf8) + [10, 0, 0, 0, 0, 0, 0, 0]
                + Array("two\n=lines\nC=d\n".utf8))
    }
}
