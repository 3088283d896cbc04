import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct ReadingProgressTests {
    private let start = ContinuousClock.now

    private func date(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private func isSlow(_ reading: ReadingProgress, at milliseconds: Int) -> Bool {
        reading.isSlow(at: date(milliseconds), patience: .milliseconds(250))
    }

    @Test func aClientThatTakesNothingIsSlowOnceItsPatienceIsOver() {
        var reading = ReadingProgress(after: 1000, at: start)
        reading.note(1000, untaken: 1, at: date(200))
        #expect(!isSlow(reading, at: 249))
        #expect(isSlow(reading, at: 250))
        #expect(reading.stall(at: date(250)) == .milliseconds(250))

        reading.note(1001, untaken: 1, at: date(260))

        #expect(!isSlow(reading, at: 509))
        #expect(isSlow(reading, at: 510))
    }

    @Test(arguments: [(16_384, false), (16_383, true)])
    func aClientThatTakesLessThanSixtyFourKibibytesASecondIsSlow(bytes: UInt64, isSlow: Bool) {
        var reading = ReadingProgress(after: 0, at: start)
        for quarter in 1...3 as ClosedRange<UInt64> {
            reading.note(quarter * bytes, untaken: 1, at: date(Int(quarter) * 250))
            #expect(!self.isSlow(reading, at: Int(quarter) * 250 + 240))
        }
        reading.note(4 * bytes, untaken: 1, at: date(1000))
        #expect(self.isSlow(reading, at: 1000) == isSlow)
    }

    @Test func aClientThatWaitsForTheNextPieceIsNotSlow() {
        var reading = ReadingProgress(after: 0, at: start)
        reading.note(1000, untaken: 0, at: date(10))
        #expect(!isSlow(reading, at: 60_000))

        reading.note(1000, untaken: 0, at: date(60_000))
        reading.note(1000, untaken: 500, at: date(60_100))

        #expect(reading.stall(at: date(60_249)) == .milliseconds(249))
    }
}
