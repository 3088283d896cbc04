import Telemetry
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

    @Test func limitsEachOfManyKindsInTurn() {
        var limit = RepeatLimit()
        let written = (0..<6400).flatMap { limit.admit(.example(message: "\($0 % 64)"), at: Int64($0)) }
        #expect(written.count == 640)
        #expect(messages(limit.due(at: 5_000_640)) == (0..<64).map { "Repeated 90 times: \($0)" })
    }

    @Test func forgetsTheKindThatCameLeastRecently() {
        var limit = RepeatLimit()
        for _ in 0..<12 { _ = limit.admit(.example(message: "first"), at: 0) }
        for _ in 0..<13 { _ = limit.admit(.example(message: "second"), at: 0) }
        for kind in 0..<62 { #expect(limit.admit(.example(message: "\(kind)"), at: 0).count == 1) }
        #expect(limit.admit(.example(message: "first"), at: 0).isEmpty)
        #expect(
            messages(limit.admit(.example(message: "new"), at: 0)) == ["Repeated 3 times: second", "new"])
        #expect(limit.admit(.example(message: "first"), at: 0).isEmpty)
        #expect(messages(limit.admit(.example(message: "second"), at: 0)) == ["second"])
    }

    @Test func thoseOfOtherTracesSayTheSame() {
        var limit = RepeatLimit()
        let written = (0..<1000).flatMap { number in
            let trace = TraceContext(
                traceID: TraceID(high: 1, low: UInt64(number)), spanID: UInt64(number) + 1)
            return limit.admit(.example(trace: trace), at: 0)
        }
        #expect(written.map { $0.trace?.traceID.low } == (0..<10).map { UInt64($0) })
        let told = limit.all()
        #expect(messages(told) == ["Repeated 990 times: order done"])
        // Of those held back, the last.
        #expect(told.first?.trace?.spanID == 1000)
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
