import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct RequestClockTests {
    private let start = ContinuousClock.now

    private func check(
        _ clock: inout RequestClock, after seconds: Int, received: UInt64 = 0, isClosedByPeer: Bool = false,
        idle: Duration = .seconds(10_000_000)
    ) -> RequestClock.Verdict {
        clock.check(
            at: start.advanced(by: .seconds(seconds)), .init(idle: idle, request: .seconds(10)),
            progress: { SocketProgress(receivedBytes: received, isClosedByPeer: isClosedByPeer) })
    }

    @Test func aConnectionThatSentNothingHasNoDeadline() {
        var clock = RequestClock(at: start)

        #expect(check(&clock, after: 0) == .keep)
        #expect(check(&clock, after: 1_000_000) == .keep)
    }

    @Test func aConnectionWithoutARequestIsCutOnceItsIdleTimeIsOver() {
        var clock = RequestClock(at: start)

        #expect(check(&clock, after: 29, idle: .seconds(30)) == .keep)
        clock.answer(until: start.advanced(by: .seconds(60)))
        clock.finish(receivedBytes: 80, at: start.advanced(by: .seconds(29)))
        #expect(check(&clock, after: 58, received: 80, idle: .seconds(30)) == .keep)
        #expect(clock.isIdle)
        #expect(check(&clock, after: 59, received: 80, idle: .seconds(30)) == .cut(.idle))
        #expect(!clock.isIdle)
        #expect(check(&clock, after: 99, received: 80, idle: .seconds(30)) == .keep)
    }

    @Test func bytesThatNobodyHasReadEndTheIdleTime() {
        var clock = RequestClock(at: start)

        clock.note(SocketProgress(receivedBytes: 0), at: start.advanced(by: .seconds(1)))
        #expect(clock.isIdle)
        clock.note(SocketProgress(receivedBytes: 1), at: start.advanced(by: .seconds(2)))
        #expect(clock.receivingSince == start.advanced(by: .seconds(2)))
        clock.note(SocketProgress(receivedBytes: 2), at: start.advanced(by: .seconds(3)))
        #expect(check(&clock, after: 12) == .cut(.requestDeadline))
    }

    @Test func theRequestsClockStartsWhenItsFirstByteIsSeen() {
        var clock = RequestClock(at: start)

        #expect(check(&clock, after: 100, received: 1) == .keep)
        #expect(check(&clock, after: 109, received: 50) == .keep)
        #expect(check(&clock, after: 110, received: 51) == .cut(.requestDeadline))
    }

    @Test func bytesOfAHandshakeStartNoRequest() {
        var clock = RequestClock(handshakeUntil: start.advanced(by: .seconds(30)))

        #expect(check(&clock, after: 1, received: 500) == .keep)
        #expect(check(&clock, after: 29, received: 900) == .keep)
        clock.handshakeEnded(receivedBytes: 1000, at: start)
        #expect(check(&clock, after: 1000, received: 1000) == .keep)
        #expect(check(&clock, after: 1001, received: 1001) == .keep)

        #expect(check(&clock, after: 1011, received: 1001) == .cut(.requestDeadline))
    }

    @Test func aHandshakeHasItsOwnDeadline() {
        var clock = RequestClock(handshakeUntil: start.advanced(by: .seconds(5)))

        #expect(check(&clock, after: 4, received: 100) == .keep)
        #expect(check(&clock, after: 5, received: 200) == .cut(.handshakeDeadline))
        clock.handshakeEnded(receivedBytes: 300, at: start)
        #expect(check(&clock, after: 6, received: 400) == .keep)
    }

    @Test func aHandshakeGivesWayAsAnIdleConnectionUntilItsFirstByteIsSeen() {
        var clock = RequestClock(handshakeUntil: start.advanced(by: .seconds(5)))

        #expect(check(&clock, after: 1) == .keep)
        #expect(clock.isIdle)
        #expect(clock.waitingSince == nil)
        clock.note(SocketProgress(receivedBytes: 1), at: start.advanced(by: .seconds(2)))
        #expect(!clock.isIdle)
        #expect(clock.isHandshaking)
        clock.note(SocketProgress(receivedBytes: 2), at: start.advanced(by: .seconds(3)))
        #expect(clock.receivingSince == start.advanced(by: .seconds(2)))
        clock.handshakeEnded(receivedBytes: 300, at: start.advanced(by: .seconds(4)))
        #expect(clock.isIdle)
        #expect(!clock.isHandshaking)
        #expect(clock.waitingSince == start.advanced(by: .seconds(4)))
    }

    @Test func aLookSeesTheFirstByteOfAHandshake() {
        var clock = RequestClock(handshakeUntil: start.advanced(by: .seconds(5)))

        #expect(check(&clock, after: 3, received: 7) == .keep)

        #expect(clock.receivingSince == start.advanced(by: .seconds(3)))
        #expect(check(&clock, after: 5, received: 8) == .cut(.handshakeDeadline))
    }

    @Test func aRequestLineEndsAHandshakeAndStartsTheClock() {
        var clock = RequestClock(handshakeUntil: start.advanced(by: .seconds(5)))

        clock.requestBegan(at: start.advanced(by: .seconds(3)))
        // Too late: the handshake was over by itself.
        clock.handshakeEnded(receivedBytes: 300, at: start)

        #expect(check(&clock, after: 12, received: 300) == .keep)
        #expect(check(&clock, after: 13, received: 300) == .cut(.requestDeadline))
    }

    @Test func aRequestLineDoesNotRestartTheClockOfItsFirstByte() {
        var clock = RequestClock(at: start)

        _ = check(&clock, after: 0, received: 1)
        clock.requestBegan(at: start.advanced(by: .seconds(9)))
        #expect(check(&clock, after: 10, received: 50) == .cut(.requestDeadline))
    }

    @Test func theAnswerHasItsOwnClock() {
        var clock = RequestClock(at: start)

        _ = check(&clock, after: 0, received: 1)
        clock.answer(until: start.advanced(by: .seconds(69)))

        #expect(check(&clock, after: 68) == .keep)
        #expect(check(&clock, after: 69) == .cut(.responseDeadline))
    }

    @Test func anAnswerWithoutADeadlineIsNotCutUntilItHasOneAgain() {
        var clock = RequestClock(at: start)

        clock.answer(until: start.advanced(by: .seconds(60)))
        clock.answer(until: nil)
        #expect(check(&clock, after: 1_000_000) == .keep)
        clock.answer(until: start.advanced(by: .seconds(1_000_010)))

        #expect(check(&clock, after: 1_000_009) == .keep)
        #expect(check(&clock, after: 1_000_010) == .cut(.responseDeadline))
    }

    @Test func bytesOfAFinishedRequestDoNotStartTheNext() {
        var clock = RequestClock(at: start)

        clock.answer(until: start.advanced(by: .seconds(60)))
        clock.finish(receivedBytes: 80, at: start)

        #expect(check(&clock, after: 100, received: 80) == .keep)
        #expect(check(&clock, after: 1000, received: 80) == .keep)
        #expect(check(&clock, after: 1001, received: 81) == .keep)
        #expect(check(&clock, after: 1011, received: 81) == .cut(.requestDeadline))
    }

    @Test func aConnectionIsCutOnce() {
        var clock = RequestClock(at: start)

        clock.answer(until: start.advanced(by: .seconds(60)))

        #expect(check(&clock, after: 60) == .cut(.responseDeadline))
        #expect(check(&clock, after: 61) == .keep)
    }

    @Test func anAnsweredClientThatHasGoneIsLetGoAfterTwoLooks() {
        var clock = RequestClock(at: start)

        clock.answer(until: start.advanced(by: .seconds(60)))
        clock.finish(receivedBytes: 80, at: start)

        #expect(check(&clock, after: 1, received: 80, isClosedByPeer: true) == .keep)
        #expect(check(&clock, after: 2, received: 80, isClosedByPeer: true) == .close)
        #expect(check(&clock, after: 3, received: 80, isClosedByPeer: true) == .keep)
    }

    @Test func aLastRequestOfAClientThatHasGoneIsStillAnswered() {
        var clock = RequestClock(at: start)

        #expect(check(&clock, after: 1, received: 80, isClosedByPeer: true) == .keep)
        #expect(check(&clock, after: 2, received: 80, isClosedByPeer: true) == .keep)
        #expect(check(&clock, after: 11, received: 80, isClosedByPeer: true) == .cut(.requestDeadline))
    }
}
