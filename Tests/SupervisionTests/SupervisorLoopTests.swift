import TelemetryTesting
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorLoopTests {
    /// Makes a request from within the last notice, when the supervisor is about to end.
    private struct LateCaller: SupervisionObserver {
        let mailbox: Mailbox<SupervisorLoop.Message>
        let answer: SupervisorLoop.Answer

        func childStarted(_ id: String, of supervisor: String) {}
        func childEnded(_ id: String, of supervisor: String, end: ChildEnd, wasUp: Bool) {
            mailbox.send(.request(.delete(id), answer))
        }
        func childRestarting(_ id: String, of supervisor: String, after delay: Duration) {}
        func childStuck(_ id: String, of supervisor: String, after timeout: Duration) {}
        func supervisorFailed(_ supervisor: String, error: SupervisionError) {}
    }

    @Test func refusesRequestsThatArriveAtItsEnd() async {
        let mailbox = Mailbox<SupervisorLoop.Message>()
        let (answers, answer) = AsyncStream<Result<SupervisorReply, SupervisionError>>.makeStream()
        let machine = SupervisorMachine(
            name: "top", strategy: .oneForOne, intensity: RestartIntensity(), autoShutdown: .never,
            children: [Puppets().spec("a")])
        var loop = SupervisorLoop(
            machine, mailbox: mailbox, clock: ManualClock(),
            observer: LateCaller(mailbox: mailbox, answer: answer),
            whenReady: { mailbox.send(.input(.stop)) })
        _ = await loop.run()
        answer.finish()
        let results = await answers.reduce(into: []) { $0.append($1) }
        #expect(results == [.failure(.notRunning(supervisor: "top"))])
    }
}
