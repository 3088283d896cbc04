import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct PollScheduleTests {
    private static func schedule(offset: Duration = .zero) -> PollSchedule {
        PollSchedule(
            Poll(
                "poll", every: .seconds(10), offset: offset,
                backoff: PollBackoff(initial: .seconds(4), maximum: .seconds(12))
            ) {})
    }

    @Test(arguments: [
        (0.0, 10.0, 0), (0.001, 10, 0), (9.999, 10, 0), (10, 10, 0), (10.001, 20, 1), (25, 30, 2),
        (30, 30, 2), (86_400_001, 86_400_010, 8_640_000),
    ])
    func goesOnToTheFirstTickThatIsNotOver(now: Double, due: Double, missed: Int) {
        for offset in [Duration.zero, .milliseconds(1500), .seconds(10)] {
            var schedule = Self.schedule(offset: offset)
            #expect(schedule.due == offset)
            let count = schedule.succeed(at: offset + .seconds(now))
            #expect(schedule.due == offset + .seconds(due))
            #expect(count == missed)
        }
    }

    @Test func aMillionTicksDoNotDrift() {
        var schedule = PollSchedule(Poll("poll", every: .nanoseconds(333_333_333)) {})
        for _ in 0..<1_000_000 {
            let missed = schedule.succeed(at: schedule.due + .nanoseconds(100_000_001))
            guard missed == 0 else { break }
        }
        #expect(schedule.due == .nanoseconds(333_333_333 * 1_000_000))
    }

    @Test func failuresWaitForLongerAndLongerFromTheirEnd() {
        var schedule = Self.schedule()
        var waits: [Duration] = []
        for _ in 0..<4 {
            let now = schedule.due + .milliseconds(1)
            waits.append(schedule.fail(at: now))
            #expect(schedule.due == now + waits[waits.count - 1])
        }
        #expect(waits == [.seconds(4), .seconds(8), .seconds(12), .seconds(12)])
        #expect(schedule.failures == 4)
    }

    @Test func aSuccessGoesBackToTheTicks() {
        var schedule = Self.schedule(offset: .seconds(1))
        _ = schedule.fail(at: .seconds(2))
        #expect(schedule.due == .seconds(6))

        let missed = schedule.succeed(at: .seconds(7))

        #expect(schedule.due == .seconds(11))
        #expect(missed == 0)
        #expect(schedule.failures == 0)
        let wait = schedule.fail(at: .seconds(12))
        #expect(wait == .seconds(4))
    }

    @Test func ticksOfTheTimeOfWaitingAreNotMissed() {
        var schedule = Self.schedule()
        for _ in 0..<3 { _ = schedule.fail(at: schedule.due) }
        #expect(schedule.due == .seconds(24))

        let missed = schedule.succeed(at: .seconds(31))

        #expect(missed == 1)
        #expect(schedule.due == .seconds(40))
    }
}
