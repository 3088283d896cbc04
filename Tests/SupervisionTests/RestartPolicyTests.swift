import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct RestartPolicyTests {
    @Test(
        arguments: [
            (RestartPolicy.permanent, false, RestartPolicy.Verdict.restart),
            (.permanent, true, .restart),
            (.transient, false, .keepStopped),
            (.transient, true, .restart),
            (.temporary, false, .remove),
            (.temporary, true, .remove),
        ])
    func decidesByPolicyAndEnd(policy: RestartPolicy, abnormal: Bool, verdict: RestartPolicy.Verdict) {
        #expect(policy.verdict(abnormal: abnormal) == verdict)
    }
}
