import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisionErrorTests {
    @Test func namesStuckChildrenAndTheCause() {
        let cause = SupervisionError.tooManyRestarts(id: "b", last: .returned, RestartIntensity())
        #expect(
            SupervisionError.stuck(children: ["a", "n/c"], cause: cause).description
                == "These children did not end in time after they were cancelled, and were abandoned: a, n/c. "
                + "They were being stopped because: The children failed more often than 3 restarts in "
                + "5.0 seconds; the last to end, 'b', returned")
    }

    @Test func quotesTheErrorOfAChild() {
        let error = SupervisionError.failedToStartChild(id: "a", ChildFailure(Broken()))
        #expect(error.description == "Child 'a' failed to start: broken")
    }

    @Test func failuresAreEqualByTypeAndDescription() {
        #expect(ChildFailure(Broken()) == ChildFailure(Broken()))
        #expect(ChildFailure(Broken()) != ChildFailure(Broken(description: "other")))
        #expect(ChildFailure(Broken()) != ChildFailure(CancellationError()))
    }
}
