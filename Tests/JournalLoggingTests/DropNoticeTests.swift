import LogTelemetry
import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct DropNoticeTests {
    @Test func tellsWhatIsLostByLevel() throws {
        var notice = DropNotice()
        #expect(isDue([0, 0, 0, 0, 0, 0, 0], at: 0, isLast: false, in: &notice) == false)
        let due = notice.due([0, 1300, 12, 0, 0, 1, 0], at: 7, isLast: false)
        let lost = try #require(due)
        #expect(lost.record.message == "1,313 log records were lost: 1,300 debug, 12 info, 1 error.")
        #expect(lost.record.level == .warning)
        #expect(lost.record.time == 7)
        #expect(lost.record["lost_debug"] == 1300)
        #expect(lost.record["message_id"] == .text(LogMessage.recordsLost.rawValue))
    }

    private func isDue(_ counts: [Int], at now: Int64, isLast: Bool, in notice: inout DropNotice) -> Bool {
        notice.due(counts, at: now, isLast: isLast) != nil
    }

    /// Has it tell of these counts.
    private func tell(_ counts: [Int], in notice: inout DropNotice, isWritten: Bool = true) {
        guard let lost = notice.due(counts, at: 0, isLast: false) else { return }
        notice.tell(lost, isWritten: isWritten)
    }

    @Test func tellsOnlyWhatIsNewAndOnceInASecond() {
        var notice = DropNotice()
        tell([0, 1, 0, 0, 0, 0, 0], in: &notice)
        #expect(isDue([0, 1, 0, 0, 0, 0, 0], at: 0, isLast: false, in: &notice) == false)
        #expect(notice.nextDue == nil)
        #expect(isDue([0, 3, 0, 0, 0, 0, 0], at: 999_999, isLast: false, in: &notice) == false)
        #expect(notice.nextDue == 1_000_000)
        let lost = notice.due([0, 3, 0, 0, 0, 0, 0], at: 1_000_000, isLast: false)
        #expect(lost?.record.message == "2 log records were lost: 2 debug.")
    }

    @Test func theLastOneDoesNotWait() {
        var notice = DropNotice()
        tell([1, 0, 0, 0, 0, 0, 0], in: &notice)
        #expect(isDue([2, 0, 0, 0, 0, 0, 0], at: 1, isLast: true, in: &notice) == true)
    }

    @Test func tellsAgainWhatWasNotWritten() {
        var notice = DropNotice()
        tell([0, 4, 0, 0, 0, 0, 0], in: &notice, isWritten: false)
        #expect(notice.nextDue == 1_000_000)
        let again = notice.due([0, 5, 0, 0, 0, 0, 0], at: 1_000_000, isLast: false)
        #expect(again?.record.message == "5 log records were lost: 5 debug.")
    }
}
