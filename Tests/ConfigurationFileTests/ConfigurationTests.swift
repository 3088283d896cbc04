import ConfigurationKeys
import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct ConfigurationTests {
    @Test(arguments: ["", "\n", "# nothing\n", "---\n", "~", "\u{feff}", "global:\nstatsd:\nmetrics:\n"])
    func nothingWrittenIsAllDefaults(text: String) throws {
        #expect(try Configuration.parse(text: text, file: "c.yml") == Configuration())
    }

    @Test func readsEveryKey() throws {
        #expect(try Configuration.parse(text: ExampleFile.text, file: "c.yml") == ExampleFile.configuration)
    }

    @Test func readsWindowsLineEndsAndTheSameValues() throws {
        let text = ExampleFile.text.split(separator: "\n").joined(separator: "\r\n")
        #expect(try Configuration.parse(text: text, file: "c.yml") == ExampleFile.configuration)
    }

    @Test func takesDefaultSocketsWhereTheFileNamesNone() throws {
        let sockets = DefaultSockets(uid: 0, environment: [:])
        let configuration = try Configuration.parse(text: "statsd: {unix: }", file: "c.yml", sockets: sockets)
        #expect(configuration.statsd.unix == nil)
        #expect(configuration.events.unix == "/run/heliograph/events.sock")
    }

    @Test(arguments: ["udp: \"\"", "udp: null", "udp: ~", "udp:"])
    func switchesUDPOff(line: String) throws {
        let configuration = try Configuration.parse(text: "statsd:\n  \(line)\n", file: "c.yml")
        #expect(configuration.statsd.udp == nil)
    }

    @Test func keepsWordsThatYAMLMayTakeForBooleansAsTexts() throws {
        let text = "global: {labels: {country: no, answer: 42, on: yes}}"
        let configuration = try Configuration.parse(text: text, file: "c.yml")
        let expected = [
            LabelSetting("country", "no"), LabelSetting("answer", "42"), LabelSetting("on", "yes"),
        ]
        #expect(configuration.global.labels == expected)
    }

    @Test(arguments: [("\"0600\"", 0o600), ("0640", 0o640), ("'666'", 0o666)])
    func readsModesAsOctal(text: String, mode: UInt32) throws {
        let configuration = try Configuration.parse(text: "events: {unix-mode: \(text)}", file: "c.yml")
        #expect(configuration.events.unixMode == mode)
    }

    @Test func reportsEveryErrorInFileOrder() {
        let text = """
            metrics:
              - name: a..b
                type: counted
            global: {prefx: a_}
            web:
              max-requests: many
              listen-addresses: [":99999"]
            """
        let error = #expect(throws: ConfigurationErrors.self) {
            try Configuration.parse(text: text, file: "/etc/c.yml")
        }
        #expect(
            error?.description == """
                /etc/c.yml:2:11: metrics[0].name: "a..b" has an empty segment
                /etc/c.yml:3:11: metrics[0].type: needs one of counter, sum, gauge, summary, histogram, not "counted"; \
                did you mean counter?
                /etc/c.yml:4:10: global.prefx: there is no such key; did you mean prefix?
                /etc/c.yml:6:17: web.max-requests: needs a whole number, not "many"
                /etc/c.yml:7:22: web.listen-addresses[0]: ":99999" has the port "99999"; \
                a port is a number from 0 to 65535
                """)
    }
}
