import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct RestartHistoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let maxRestarts: Int
        let failures: [Int]
        let givesUpAt: Int?
        var testDescription: String { "max \(maxRestarts) in 5 s, failures at \(failures)" }
    }

    @Test(
        arguments: [
            Case(maxRestarts: 0, failures: [0], givesUpAt: 0),
            Case(maxRestarts: 1, failures: [0], givesUpAt: nil),
            Case(maxRestarts: 1, failures: [0, 0], givesUpAt: 1),
            Case(maxRestarts: 3, failures: [0, 0, 0], givesUpAt: nil),
            Case(maxRestarts: 3, failures: [0, 0, 0, 0], givesUpAt: 3),
            Case(maxRestarts: 3, failures: [0, 1, 2, 5000], givesUpAt: 3),
            Case(maxRestarts: 3, failures: [0, 1, 2, 5001], givesUpAt: nil),
            Case(maxRestarts: 3, failures: [0, 1, 2, 5001, 5001], givesUpAt: 4),
            Case(maxRestarts: 3, failures: [0, 2000, 4000, 6000, 8000, 10000], givesUpAt: nil),
            Case(maxRestarts: 1, failures: [0, 5001, 10002, 15002], givesUpAt: 3),
        ])
    func givesUpAtTheFirstFailureTooMany(_ table: Case) {
        var history = RestartHistory(RestartIntensity(maxRestarts: table.maxRestarts, period: .seconds(5)))
        let actions = table.failures.map { history.record(failureAt: .milliseconds($0)) }
        #expect(actions.firstIndex(of: .giveUp) == table.givesUpAt)
    }

    @Test(arguments: [0, 3])
    func keepsNoMoreThanItTakesToGiveUp(maxRestarts: Int) {
        var history = RestartHistory(RestartIntensity(maxRestarts: maxRestarts, period: .seconds(5)))
        for _ in 0..<100 { _ = history.record(failureAt: .zero) }
        #expect(history.failures.count == maxRestarts)
        #expect(history.record(failureAt: .zero) == .giveUp)
    }

    @Test func defaultsToThreeInFiveSeconds() {
        #expect(RestartIntensity() == RestartIntensity(maxRestarts: 3, period: .seconds(5)))
    }
}
