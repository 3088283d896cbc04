import Endpoint
import Linux
import Microhttpd
import TestKit
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct EndpointLoopTests {
    @Test func withoutAServerEachPingIsAnswered() {
        let loop = EndpointLoop()
        loop.ping()
        loop.ping()
        #expect(loop.answers == 2)
    }

    @Test func theServersThreadAnswersAndItsAnswersStayCounted() throws {
        let loop = EndpointLoop()
        let server = try HTTPEndpoint([]) { _ in .text("") }.start(
            HTTPServer.Configuration(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))]))
        loop.follow(server)
        for _ in 0..<3 {
            let before = loop.answers
            loop.ping()
            spin { loop.answers > before }
        }
        let answers = loop.answers
        server.stopAndWait()
        let last = loop.answers
        loop.follow(nil)
        #expect(last >= answers)
        #expect(loop.answers == last)
    }
}
