import ConfigurationFile
import Linux
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct FlagTextTests {
    @Test(arguments: ["none", ""])
    func aListenerCanBeNowhere(text: String) throws {
        #expect(try FlagText.listener(text, FlagText.listenAddress) == .nowhere)
        #expect(try FlagText.listener(text, FlagText.socketPath) == .nowhere)
    }

    @Test func whatIsRightIsTaken() throws {
        let address = ListenAddress(host: "127.0.0.1", port: 9125)
        #expect(try FlagText.listener("127.0.0.1:9125", FlagText.listenAddress).address == address)
        #expect(try FlagText.listener("/run/a.sock", FlagText.socketPath).address == "/run/a.sock")
        #expect(try FlagText.telemetryPath("/metrics") == "/metrics")
        let longest = "/" + String(repeating: "x", count: 106)
        #expect(try FlagText.socketPath(longest) == longest)
    }

    @Test(arguments: [
        ("127.0.0.1:99999", "a port is a number from 0 to 65535"),
        ("127.0.0.1", "has no port"),
        ("None", "has no port"),
    ])
    func anAddressIsRefused(text: String, reason: String) {
        #expect(refusal { try FlagText.listener(text, FlagText.listenAddress) }?.contains(reason) == true)
    }

    @Test(arguments: [
        ("", "begins with /"), ("none", "begins with /"), ("/a b?c", "a character that a path can't have"),
        ("/a%20", "a character that a path can't have"), ("/", "is taken"), ("/-/healthy", "is taken"),
        ("/api", "is taken"), ("/api/v1/x", "is taken"),
    ])
    func aPathIsRefused(text: String, reason: String) {
        #expect(refusal { try FlagText.telemetryPath(text) }?.contains(reason) == true)
    }

    @Test(arguments: [
        ("rel.sock", "needs an absolute path"), ("/run/", "names a directory"),
        ("/" + String(repeating: "x", count: 107), "107 bytes, this one has 108"),
    ])
    func aSocketIsRefused(text: String, reason: String) {
        #expect(refusal { try FlagText.listener(text, FlagText.socketPath) }?.contains(reason) == true)
    }

    @Test func aSizeIsTaken() throws {
        #expect(try FlagText.size("512KiB") == 524_288)
        #expect(try FlagText.size("1") == 1)
    }

    @Test(arguments: ["", "0", "0KiB", "-1", "64MB", "none"])
    func aSizeIsRefused(text: String) {
        #expect(refusal { try FlagText.size(text) }?.contains("needs a size above zero") == true)
    }

    private func refusal<Value>(_ read: () throws -> Value) -> String? {
        do {
            _ = try read()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
