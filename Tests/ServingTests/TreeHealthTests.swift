import Telemetry
import Testing

@testable import Serving
@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct TreeHealthTests {
    @Test func aStuckChildOfItsTreeIsEnough() throws {
        let health = TreeHealth()
        try health.attach(to: "health.tests")
        defer { health.detach(from: "health.tests") }
        SupervisionEvents.childStuck.emit(.made(supervisor: "another"))
        #expect(health.isSound)
        SupervisionEvents.childStuck.emit(.made(supervisor: "health.tests"))
        #expect(!health.isSound)
    }
}

extension SupervisionEvents.Child {
    fileprivate static func made(supervisor: String) -> Self {
        .init(child: "a", supervisor: supervisor, end: nil)
    }
}
