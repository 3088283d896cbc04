import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DispatchOutcomeTests {
    @Test
    func addsUpCountsAndKeepsTheFirstRejection() {
        let receipt = DispatchOutcome()
        #expect(receipt.counted == 0)
        #expect(receipt.firstRejection == nil)
        receipt.note(counted: 2, rejection: nil)
        receipt.note(counted: 0, rejection: 4)
        receipt.note(counted: 1, rejection: 0)
        #expect(receipt.counted == 3)
        #expect(receipt.firstRejection == 4)
    }
}
