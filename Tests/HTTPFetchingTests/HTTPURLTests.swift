import Testing

@testable import HTTPFetching

@Suite(.timeLimit(.minutes(5)))
struct HTTPURLTests {
    @Test(
        arguments: [
            ("http://host", "host", 80, "/", "host"),
            ("http://host:", "host", 80, "/", "host"),
            ("http://host:80/", "host", 80, "/", "host"),
            ("HTTP://Host_1.a-b:09568/metrics", "Host_1.a-b", 9568, "/metrics", "Host_1.a-b:9568"),
            ("http://127.0.0.1:9100/a?c=d&e[]=@f:g", "127.0.0.1", 9100, "/a?c=d&e[]=@f:g", "127.0.0.1:9100"),
            ("http://[::1]", "::1", 80, "/", "[::1]"),
            ("http://[::1.2.3.4]:65535?x", "::1.2.3.4", 65535, "/?x", "[::1.2.3.4]:65535"),
            ("http://host/page#part?x", "host", 80, "/page", "host"),
            ("http://host#part", "host", 80, "/", "host"),
        ] as [(String, String, UInt16, String, String)])
    func isTakenApart(url: String, host: String, port: UInt16, target: String, authority: String) throws {
        let parts = try HTTPURL(url)
        #expect(parts.host == host)
        #expect(parts.port == port)
        #expect(parts.target == target)
        #expect(parts.authority == authority)
    }

    @Test(
        arguments: [
            ("", "\"\" does not start with http://."),
            ("ftp://host", "\"ftp://host\" does not start with http://."),
            ("http:/host", "\"http:/host\" does not start with http://."),
            ("HTTPS://host", "Only http:// URLs can be fetched; pipe an https:// page in with curl."),
            ("http://user@host", "A URL with a user name can't be fetched; pipe such a page in with curl."),
            (
                "http://user:secret@host/",
                "A URL with a user name can't be fetched; pipe such a page in with curl."
            ),
            ("http://host/a b", "Byte 13 of the URL must be percent-encoded."),
            ("http://host/\r\nX: y", "Byte 12 of the URL must be percent-encoded."),
            ("http://höst/", "Byte 8 of the URL must be percent-encoded."),
            ("http://host/\0", "Byte 12 of the URL must be percent-encoded."),
            ("http://", noHost("")),
            ("http:///metrics", noHost("")),
            ("http://:80", noHost("")),
            ("http://a%41", noHost("a%41")),
            ("http://[]", noHost("[]")),
            ("http://[host]", noHost("[host]")),
            ("http://[::1", noHost("[")),
            ("http://[fe80::1%25eth0]", noHost("[fe80::1%25eth0]")),
            ("http://host:0", noPort("0")),
            ("http://host:65536", noPort("65536")),
            ("http://host:+80", noPort("+80")),
            ("http://host:8a", noPort("8a")),
            ("http://::1", noHost("")),
            ("http://[::1]80", noPort("0")),
        ])
    func isRefused(url: String, message: String) {
        #expect(throws: HTTPFetchError.url(message)) { try HTTPURL(url) }
    }
}

private func noHost(_ name: String) -> String {
    "\"\(name)\" is not a host name or address; IPv6 is written [::1]."
}

private func noPort(_ text: String) -> String {
    "\"\(text)\" is not a port from 1 to 65535."
}
