import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct RepeatLimitTests {
    private func messages(_ records: [LogRecord]) -> [String] { records.map(\.message) }

    @Test func writesTheFirstOfThoseThatSayTheSameAndCountsTheRest() {
        var limit = RepeatLimit()
        let written = (0..<1214).flatMap { limit.admit(.example(time: $0), at: $0) }
        #expect(messages(written) == Array(repeating: "order done", count: 10))
        #expect(limit.due(at: 4_999_999).isEmpty)
        #expect(limit.nextDue == 5_000_000)
        let told = limit.due(at: 5_000_000)
        #expect(messages(told) == ["Repeated 1,204 times: order done"])
        #expect(told.first?.time == 1213)
        #expect(told.first?["repeated"] == 1204)
        #expect(limit.nextDue == nil)
        #expect(limit.due(at: 10_000_000).isEmpty)
    }

    @Test func tellsBeforeTheNextOneThatIsWritten() {
        var limit = RepeatLimit()
        for time in 0..<11 { _ = limit.admit(.example(time: Int64(time)), at: Int64(time)) }
        #expect(
            messages(limit.admit(.example(), at: 6_000_000)) == [
                "Repeated once: order done", "order done",
            ])
    }

    @Test func beginsAnewWhenTheClockIsSetBack() {
        var limit = RepeatLimit()
        for _ in 0..<11 { _ = limit.admit(.example(), at: 1000) }
        #expect(limit.admit(.example(), at: 999).count == 2)
    }

    @Test func comparesWithTheLastEightKinds() {
        var limit = RepeatLimit()
        for _ in 0..<12 { _ = limit.admit(.example(message: "first"), at: 0) }
        for kind in 0..<7 { #expect(limit.admit(.example(message: "\(kind)"), at: 0).count == 1) }
        #expect(limit.admit(.example(message: "first"), at: 0).isEmpty)
        #expect(
            messages(limit.admit(.example(message: "ninth"), at: 0)) == ["Repeated 3 times: first", "ninth"])
        #expect(messages(limit.admit(.example(message: "first"), at: 0)) == ["first"])
    }

    @Test func tellsAllAtTheEnd() {
        var limit = RepeatLimit()
        for _ in 0..<12 { _ = limit.admit(.example(), at: 0) }
        #expect(messages(limit.all()) == ["Repeated 2 times: order done"])
        #expect(limit.all().isEmpty)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
    func groupsThousands(number: Int, text: String) {
        #expect(grouped(number) == text)
    }
}
