import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct AcceptEncodingTests {
    @Test(arguments: [
        "gzip", "GZip", "x-gzip", "deflate, gzip", "gzip;q=0.001", "*", "*;q=0.5", " gzip ; q=1 ",
        "gzip;q=1.000, br",
        "gzip;q=1.0;level=1", "identity;q=0.5, gzip;q=0.5", "*;q=0, gzip", ",,gzip,", "gzip;foo=bar",
    ])
    func takesGzip(header: String) {
        #expect(AcceptEncoding.prefersGzip(header))
    }

    @Test(arguments: [
        nil, "", "identity", "deflate", "br", "gzip;q=0", "gzip;q=0.000", "gzip; q=0", "*;q=0", "gzip;q=0, *",
        "gzip;q=0.5, identity", "gzip;q=x", "gzip;q=", "gzip;q=2", "gzip;q=0.1234", "gzip;q=-1", "gzipped",
        ";q=1", ";",
    ])
    func doesNotTakeGzip(header: String?) {
        #expect(!AcceptEncoding.prefersGzip(header))
    }

    @Test(.timeLimit(.minutes(5)), arguments: [",", ";", "gzip;q=0.5,", ";q=x", " ", "gzip;", "a"])
    func aHeaderOfAnyLengthIsReadOnce(part: String) {
        let header = String(repeating: part, count: 20_000)
        #expect(AcceptEncoding.prefersGzip("\(header),gzip"))
        let target = "/?" + header.split(separator: ",").joined(separator: "&")
        #expect(RequestTarget(target)?.path == "/")
        var headers = Headers()
        for number in 0..<20_000 { headers.append("n\(number % 7)", part) }
        #expect(headers.values("N3").count == 2857)
    }
}
