import Microhttpd
import Testing

@testable import ExporterCore

struct RequestGateTests {
    @Test func refusesWhatIsOverTheLimitAndLetsTheNextOneIn() {
        let gate = RequestGate(limit: 1)
        let outer = gate.pass {
            #expect(gate.pass { .text("inner") }.status == 503)
            return .text("outer")
        }
        #expect(outer.status == 200)
        #expect(gate.pass { .text("next") }.status == 200)
    }

    @Test func letsAllInWithoutALimit() {
        let gate = RequestGate(limit: 0)
        #expect(gate.pass { gate.pass { .text("inner") } }.status == 200)
    }
}
