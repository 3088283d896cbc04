import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct LogPaceTests {
    @Test func saysOnceInAWhileHowOftenItHappened() {
        let pace = LogPace(every: .seconds(10))
        let start = ContinuousClock.now
        let told = [(0, 3), (1, 2), (9, 4), (10, 1), (11, 1), (30, 1)].map { second, count in
            pace.note(count, at: start + .seconds(second))
        }
        #expect(told == [3, nil, nil, 7, nil, 2])
    }
}
