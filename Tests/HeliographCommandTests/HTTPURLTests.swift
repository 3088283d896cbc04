import Testing

@testable import HeliographCommand

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
            ("", .notHTTP(url: "")),
            ("ftp://host", .notHTTP(url: "ftp://host")),
            ("http:/host", .notHTTP(url: "http:/host")),
            ("HTTPS://host", .encryptedURL),
            ("http://user@host", .userInURL),
            ("http://user:secret@host/", .userInURL),
            ("http://host/a b", .unusableCharacter(offset: 13)),
            ("http://host/\r\nX: y", .unusableCharacter(offset: 12)),
            ("http://höst/", .unusableCharacter(offset: 8)),
            ("http://host/\0", .unusableCharacter(offset: 12)),
            ("http://", .unusableHost("")),
            ("http:///metrics", .unusableHost("")),
            ("http://:80", .unusableHost("")),
            ("http://a%41", .unusableHost("a%41")),
            ("http://[]", .unusableHost("[]")),
            ("http://[host]", .unusableHost("[host]")),
            ("http://[::1", .unusableHost("[")),
            ("http://[fe80::1%25eth0]", .unusableHost("[fe80::1%25eth0]")),
            ("http://host:0", .unusablePort("0")),
            ("http://host:65536", .unusablePort("65536")),
            ("http://host:+80", .unusablePort("+80")),
            ("http://host:8a", .unusablePort("8a")),
            ("http://::1", .unusableHost("")),
            ("http://[::1]80", .unusablePort("0")),
        ] as [(String, HTTPFetchError)])
    func isRefused(url: String, error: HTTPFetchError) {
        #expect(throws: error) { try HTTPURL(url) }
    }
}
