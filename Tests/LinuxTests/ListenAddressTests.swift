import Linux
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct ListenAddressTests {
    @Test(arguments: [
        (":9568", "", 9568), ("127.0.0.1:9125", "127.0.0.1", 9125), ("[::1]:80", "::1", 80),
        ("localhost:0", "localhost", 0), ("[::]:65535", "::", 65535), ("a-b.example_1:1", "a-b.example_1", 1),
        ("[fe80::1%eth0]:80", "fe80::1%eth0", 80), ("[1:2:3:4:5:6:7:8]:80", "1:2:3:4:5:6:7:8", 80),
        ("[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80), ("[1::8]:80", "1::8", 80),
    ])
    func parsesAndWritesBack(text: String, host: String, port: UInt16) throws {
        let address = try ListenAddress(text)
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("", ListenAddressError.missingPort("")),
        ("localhost", .missingPort("localhost")),
        ("localhost:", .missingPort("localhost:")),
        (":65536", .malformedPort(":65536", port: "65536")),
        (":-1", .malformedPort(":-1", port: "-1")),
        (":+1", .malformedPort(":+1", port: "+1")),
        (":http", .malformedPort(":http", port: "http")),
        ("::1:80", .missingBrackets("::1:80")),
        ("[::1]", .malformedBrackets("[::1]")),
        ("[::1:80", .malformedBrackets("[::1:80")),
        ("[]:80", .malformedBrackets("[]:80")),
        ("[localhost]:80", .notIPv6("[localhost]:80", host: "localhost")),
        ("[1::2::3]:80", .notIPv6("[1::2::3]:80", host: "1::2::3")),
        ("[:::]:80", .notIPv6("[:::]:80", host: ":::")),
        ("[1:2:3:4:5:6:7]:80", .notIPv6("[1:2:3:4:5:6:7]:80", host: "1:2:3:4:5:6:7")),
        ("[1:2:3:4:5:6:7:8::]:80", .notIPv6("[1:2:3:4:5:6:7:8::]:80", host: "1:2:3:4:5:6:7:8::")),
        ("[12345::]:80", .notIPv6("[12345::]:80", host: "12345::")),
        ("[::1%]:80", .notIPv6("[::1%]:80", host: "::1%")),
        ("1.2.3.256:80", .malformedHost("1.2.3.256:80", host: "1.2.3.256")),
        ("1.2.3:80", .malformedHost("1.2.3:80", host: "1.2.3")),
        ("a..b:80", .malformedHost("a..b:80", host: "a..b")),
        ("-a:80", .malformedHost("-a:80", host: "-a")),
        ("a b:80", .malformedHost("a b:80", host: "a b")),
        ("http://a:80", .missingBrackets("http://a:80")),
        ("*:80", .malformedHost("*:80", host: "*")),
    ])
    func refuses(text: String, expected: ListenAddressError) {
        #expect(throws: expected) { try ListenAddress(text) }
    }

    @Test func saysWhatToWrite() {
        let error = ListenAddressError.malformedHost("a b:80", host: "a b")
        #expect(
            error.description
                == "\"a b:80\" has the host \"a b\", which is neither a name nor an IPv4 address")
    }
}

@Suite(.timeLimit(.minutes(5)))
struct SocketAddressNetworkTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::1", "0:0:0:0"),
        ("2001:db8::1", "2001:db8:0:0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8:1:2::", "2001:db8:1:2"), ("2001::1:2:3:4:5:6", "2001:0:1:2"),
    ])
    func oneClientHasAnAddressOrANetworkOfSixtyFourBits(host: String, network: String) throws {
        let address = try #require(InternetAddress.toListen(on: ListenAddress(host: host, port: 1)).first)
        #expect(address.network == network)
    }

    @Test func aStreamCanBeAUnixSocket() throws {
        let address = try ListenAddress(stream: "unix:/run/a:b.sock")
        #expect(address == ListenAddress(path: "/run/a:b.sock"))
        #expect(address.description == "unix:/run/a:b.sock")
        #expect(try ListenAddress(stream: ":80") == ListenAddress(host: "", port: 80))
        var taken: Set<ListenAddress> = []
        let (isNew, isNewAgain) = (taken.claim(address), taken.claim(address))
        #expect(isNew)
        #expect(!isNewAgain)
    }

    @Test(arguments: [
        "unix:", "unix:a", "unix:/a/", "unix:/a\0b", "unix:/" + String(repeating: "x", count: 107),
    ])
    func aStreamNeedsThePathOfASocket(text: String) {
        #expect(throws: ListenAddressError.malformedPath(text)) { try ListenAddress(stream: text) }
    }
}
