import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct JournalEntryTests {
    @Test func keepsFieldsInOrderAndDuplicates() {
        var entry = JournalEntry()
        entry.append("MESSAGE", "two\nlines")
        entry.append("TAG", "a")
        entry.append("TAG", "")
        #expect(entry.fields == ["MESSAGE=two\nlines", "TAG=a", "TAG="])
        #expect(entry.byteCount == "MESSAGE=two\nlinesTAG=aTAG=".utf8.count)
    }
}
