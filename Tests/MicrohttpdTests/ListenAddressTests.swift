import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct ListenAddressTests {
    @Test(arguments: [
        (":9568", "", 9568), ("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:65535", "::1", 65535),
        ("localhost:80", "localhost", 80), ("[::]:9568", "::", 9568), ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
    ])
    func parsesAndPrints(text: String, host: String, port: UInt16) throws {
        let address = try ListenAddress(text)

        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "9568", "localhost", ":", "localhost:", ":x", ":-1", ":+1", ":65536", ":99999999999999999999",
        "::1:80",
        "[::1]", "[::1:80", "::1]:80", "[]:80", "[localhost]:80", "a b:80", "ä:80", ":٣",
    ])
    func refusesAnythingElse(text: String) {
        #expect(throws: MicrohttpdError.self) { try ListenAddress(text) }
    }
}
