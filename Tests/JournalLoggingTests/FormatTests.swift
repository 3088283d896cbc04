import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct FormatTests {
    typealias Format = JournalLogHandler.Format

    @Test(arguments: [
        ("auto", Format.auto), ("json", .json), ("logfmt", .logfmt), ("console", .console), ("text", .logfmt),
        ("journal", .journal),
        ("JSON", nil), ("", nil),
    ])
    func readsArguments(argument: String, format: Format?) {
        #expect(Format(argument: argument) == format)
    }

    struct Case: Sendable {
        let format: Format
        let standardErrorIsJournal: Bool
        let journalHasSocket: Bool
        var isTerminal = false
        let resolved: Format
    }

    @Test(arguments: [
        Case(format: .auto, standardErrorIsJournal: true, journalHasSocket: true, resolved: .journal),
        Case(format: .auto, standardErrorIsJournal: false, journalHasSocket: true, resolved: .json),
        Case(format: .auto, standardErrorIsJournal: true, journalHasSocket: false, resolved: .json),
        Case(
            format: .auto, standardErrorIsJournal: false, journalHasSocket: true, isTerminal: true,
            resolved: .console),
        Case(format: .console, standardErrorIsJournal: true, journalHasSocket: true, resolved: .console),
        Case(format: .journal, standardErrorIsJournal: false, journalHasSocket: true, resolved: .journal),
        Case(format: .journal, standardErrorIsJournal: true, journalHasSocket: false, resolved: .json),
        Case(format: .json, standardErrorIsJournal: true, journalHasSocket: true, resolved: .json),
        Case(format: .logfmt, standardErrorIsJournal: true, journalHasSocket: true, resolved: .logfmt),
    ])
    func usesTheJournalOnlyWhereItIsRead(example: Case) {
        let resolved = example.format.resolved(
            standardErrorIsJournal: example.standardErrorIsJournal,
            journalHasSocket: example.journalHasSocket, standardErrorIsTerminal: example.isTerminal)
        #expect(resolved == example.resolved)
    }
}
