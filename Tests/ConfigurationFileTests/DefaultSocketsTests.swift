import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct DefaultSocketsTests {
    @Test(
        arguments: [
            (0, [:], "/run/heliograph/statsd.sock", "/run/heliograph/events.sock"),
            (
                0, ["XDG_RUNTIME_DIR": "/run/user/0"], "/run/heliograph/statsd.sock",
                "/run/heliograph/events.sock"
            ),
            (
                1000, ["XDG_RUNTIME_DIR": "/run/user/1000"], "/run/user/1000/heliograph/statsd.sock",
                "/run/user/1000/heliograph/events.sock"
            ),
            (1000, ["XDG_RUNTIME_DIR": "/x/"], "/x/heliograph/statsd.sock", "/x/heliograph/events.sock"),
            (1000, [:], nil, nil),
            (1000, ["XDG_RUNTIME_DIR": ""], nil, nil),
            (1000, ["XDG_RUNTIME_DIR": "run"], nil, nil),
            (1000, ["XDG_RUNTIME_DIR": "/" + String(repeating: "a", count: 100)], nil, nil),
        ] as [(UInt32, [String: String], String?, String?)])
    func dependOnTheUser(uid: UInt32, environment: [String: String], statsd: String?, events: String?) {
        let sockets = DefaultSockets(uid: uid, environment: environment)
        #expect(sockets.statsd == statsd)
        #expect(sockets.events == events)
    }
}
