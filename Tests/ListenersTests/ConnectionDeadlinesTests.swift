import Testing

@testable import Listeners

@Suite(.timeLimit(.minutes(5)))
struct ConnectionDeadlinesTests {
    private let start = ContinuousClock.now
    private let limits = ConnectionDeadlines(idle: .seconds(60), frame: .seconds(10))

    @Test func aConnectionWithoutBytesIsIdle() {
        let clock = ConnectionClock(openedAt: start)
        #expect(clock.deadline(limits) == start + .seconds(60))
        #expect(clock.cutCause(at: start + .milliseconds(59_999), limits) == nil)
        #expect(clock.cutCause(at: start + .seconds(60), limits) == .idle)
    }

    @Test func bytesPutTheIdleDeadlineOff() {
        var clock = ConnectionClock(openedAt: start)
        clock.received(at: start + .seconds(59), isInsideFrame: false, sawEnd: true)
        #expect(clock.deadline(limits) == start + .seconds(119))
        #expect(clock.cutCause(at: start + .seconds(118), limits) == nil)
        #expect(clock.cutCause(at: start + .seconds(119), limits) == .idle)
    }

    @Test func bytesThatDripInDoNotPutTheDeadlineOfTheirFrameOff() {
        var clock = ConnectionClock(openedAt: start)
        for second in 1...10 {
            clock.received(at: start + .seconds(second), isInsideFrame: true, sawEnd: false)
        }
        #expect(clock.deadline(limits) == start + .seconds(11))
        #expect(clock.cutCause(at: start + .seconds(10), limits) == nil)
        #expect(clock.cutCause(at: start + .seconds(11), limits) == .frameDeadline)
    }

    @Test func theNextFrameHasItsOwnDeadline() {
        var clock = ConnectionClock(openedAt: start)
        clock.received(at: start, isInsideFrame: true, sawEnd: false)
        clock.received(at: start + .seconds(9), isInsideFrame: true, sawEnd: true)
        #expect(clock.deadline(limits) == start + .seconds(19))
        clock.received(at: start + .seconds(12), isInsideFrame: false, sawEnd: true)
        #expect(clock.deadline(limits) == start + .seconds(72))
        clock.received(at: start + .seconds(13), isInsideFrame: true, sawEnd: false)
        #expect(clock.deadline(limits) == start + .seconds(23))
    }

    @Test func withoutLimitsThereIsNoDeadline() {
        var clock = ConnectionClock(openedAt: start)
        clock.received(at: start, isInsideFrame: true, sawEnd: false)
        #expect(clock.deadline(ConnectionDeadlines()) == nil)
        #expect(clock.cutCause(at: start + .seconds(1_000_000), ConnectionDeadlines()) == nil)
    }

    @Test func looksAtTheNearestDeadline() {
        var watch = DeadlineWatch(limits)
        var looks = [watch.beginCheck(at: start)]
        watch.note(start + .seconds(20))
        watch.note(start + .seconds(10))
        watch.note(nil)
        watch.note(start + .seconds(30))
        #expect(watch.due == start + .seconds(10))
        looks += [9, 10, 11].map { watch.beginCheck(at: start + .seconds($0)) }
        #expect(looks == [false, false, true, false])
        #expect(watch.due == nil)
    }

    @Test func looksOnceASecondAtMost() {
        var watch = DeadlineWatch(limits)
        var looks = 0
        for millisecond in 0..<10_000 {
            let now = start + .milliseconds(millisecond)
            watch.note(now)
            looks += watch.beginCheck(at: now) ? 1 : 0
        }
        #expect(looks == 10)
    }

    @Test func looksMoreOftenForShortDeadlines() {
        var watch = DeadlineWatch(ConnectionDeadlines(idle: .seconds(60), frame: .milliseconds(40)))
        watch.note(start)
        _ = watch.beginCheck(at: start)
        watch.note(start)
        #expect(watch.due == start + .milliseconds(10))
    }
}
