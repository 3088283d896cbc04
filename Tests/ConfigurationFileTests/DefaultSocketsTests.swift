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

    @Test(
        arguments: [
            (0, [:], "/run/heliograph/private/control.sock"),
            (0, ["RUNTIME_DIRECTORY": "/run/x/private"], "/run/x/private/control.sock"),
            (1000, ["RUNTIME_DIRECTORY": "/run/x:/run/y"], "/run/x/control.sock"),
            (1000, ["XDG_RUNTIME_DIR": "/run/user/1000"], "/run/user/1000/heliograph/control.sock"),
            (1000, ["RUNTIME_DIRECTORY": "/r", "XDG_RUNTIME_DIR": "/x"], "/r/control.sock"),
            (1000, ["RUNTIME_DIRECTORY": "run"], nil), (1000, [:], nil),
        ] as [(UInt32, [String: String], String?)])
    func theControlSocketIsTheServicesOwn(uid: UInt32, environment: [String: String], control: String?) {
        let sockets = DefaultSockets(uid: uid, environment: environment)
        #expect(sockets.control == control)
        #expect(sockets.controlOnly.control == control)
        #expect(sockets.controlOnly.statsd == nil)
        #expect(sockets.controlOnly.events == nil)
    }

    @Test func aControlSocketThatIsNamedIsChosen() throws {
        let sockets = DefaultSockets(uid: 0, environment: [:])
        func control(_ text: String) throws -> ControlConfiguration {
            try Configuration.parse(text: text, file: "c.yml", sockets: sockets).control
        }
        #expect(try !control("").isChosen)
        #expect(try control("control: {unix: /a.sock}").isChosen)
        #expect(try control("control: {unix: /a.sock}").unix == "/a.sock")
        #expect(try control("control: {unix: null}").unix == nil)
    }
}
