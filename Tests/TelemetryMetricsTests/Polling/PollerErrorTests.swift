import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct PollerErrorTests {
    @Test func allMistakesComeAtOnceInOrder() {
        let backoff = PollBackoff(initial: .seconds(2), maximum: .seconds(1))
        let error = #expect(throws: PollerError.self) {
            _ = try Poller {
                Poll("fine", every: .seconds(1)) {}
                Poll("", every: .zero) {}
                Poll("fine", every: .seconds(-1), timeout: .zero, offset: .seconds(-1), backoff: backoff) {}
            }
        }
        #expect(
            error
                == .badPolls([
                    PollMistake(poll: "", problem: .emptyName),
                    PollMistake(poll: "", problem: .badPeriod(.zero)),
                    PollMistake(poll: "", problem: .badTimeout(.zero)),
                    PollMistake(poll: "", problem: .badBackoff(.init(initial: .zero, maximum: .seconds(60)))),
                    PollMistake(poll: "fine", problem: .duplicateName),
                    PollMistake(poll: "fine", problem: .badPeriod(.seconds(-1))),
                    PollMistake(poll: "fine", problem: .badTimeout(.zero)),
                    PollMistake(poll: "fine", problem: .badOffset(.seconds(-1))),
                    PollMistake(poll: "fine", problem: .badBackoff(backoff)),
                ]))
        #expect(error?.description.split(separator: "\n").count == 9)
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(100 * 365 * 86_400) + .nanoseconds(1)])
    func whatNoClockCountsToIsRefused(duration: Duration) {
        let error = #expect(throws: PollerError.self) {
            _ = try Poller { Poll("poll", every: duration, timeout: duration, offset: duration) {} }
        }
        guard case .badPolls(let mistakes)? = error else { return }
        #expect(
            mistakes.map(\.problem) == [
                .badPeriod(duration), .badTimeout(duration), .badOffset(duration),
                .badBackoff(PollBackoff(initial: .seconds(1), maximum: duration)),
            ])
    }

    @Test(arguments: [
        (
            PollerError.badPolls([PollMistake(poll: "a", problem: .badPeriod(.zero))]),
            #"Poll "a": the period of 0.0 seconds is not above zero and at most 100 years."#
        ),
        (
            .hung(["a", "b"]),
            "These polls went on after they were cancelled, and were abandoned: a, b."
        ),
    ])
    func descriptionsNameThePoll(error: PollerError, text: String) {
        #expect(error.description == text)
    }

    @Test func polls100YearsApartAreFine() throws {
        let longest = Duration.seconds(100 * 365 * 86_400)
        let poller = try Poller { Poll("poll", every: longest, offset: longest) {} }
        #expect(poller.polls.map(\.name) == ["poll"])
    }
}
