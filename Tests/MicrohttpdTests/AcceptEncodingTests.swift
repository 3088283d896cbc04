import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct AcceptEncodingTests {
    @Test(arguments: [
        "gzip", "GZip", "x-gzip", "deflate, gzip", "gzip;q=0.001", "*", "*;q=0.5", " gzip ; q=1 ",
        "gzip;q=1.000, br", "gzip;q=1.0;level=1", "identity;q=0.5, gzip;q=0.5", "*;q=0, gzip", ",,gzip,",
        "gzip;foo=bar", "gzip, zstd;q=0.9", "zstd;q=0, gzip", "zstd;q=0, *", "gzip, *", "zstd;q=0.5, *",
        "gzip;q=0.5, identity;q=0, br", "gzip;q=0.1, *;q=0", "identity;q=0, *",
    ])
    func takesGzip(header: String) {
        #expect(AcceptEncoding.coding(header) == .gzip)
    }

    @Test(arguments: [
        "zstd", "ZSTD", "gzip, deflate, br, zstd", "zstd, gzip", "gzip;q=0.5, zstd;q=0.5", "zstd;q=0.001",
        "gzip;q=0.8, zstd;q=0.9", "gzip;q=0, zstd", "zstd, *", "zstd, *;q=0", "identity;q=0, zstd;q=0.1",
        "identity, zstd", "zstd ; q=0.5 , identity ; q=0.5", "gzip;q=0, identity;q=0, *;q=0.1",
    ])
    func takesZstd(header: String) {
        #expect(AcceptEncoding.coding(header) == .zstd)
    }

    @Test(arguments: [
        nil, "", "identity", "deflate", "br", "gzip;q=0", "gzip;q=0.000", "gzip; q=0", "*;q=0", "gzip;q=0, *",
        "gzip;q=0.5, identity", "gzip;q=x", "gzip;q=", "gzip;q=2", "gzip;q=0.1234", "gzip;q=-1", "gzipped",
        ";q=1", ";", "zstd;q=0", "zstd;q=0, gzip;q=0", "zstd;q=0, gzip;q=0, *", "zstdx", "x-zstd",
        "zstd;q=0.5, gzip;q=0.5, identity;q=0.6", "gzip;q=0.2, *;q=0.5", "identity;q=0",
        "identity;q=0, *;q=0",
    ])
    func takesNeither(header: String?) {
        #expect(AcceptEncoding.coding(header) == nil)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [",", ";", "gzip;q=0.5,", ";q=x", " ", "gzip;", "a"])
    func aHeaderOfAnyLengthIsReadOnce(part: String) {
        let header = String(repeating: part, count: 20_000)
        #expect(AcceptEncoding.coding("\(header),gzip") == .gzip)
        let target = "/?" + header.split(separator: ",").joined(separator: "&")
        #expect(RequestTarget(target)?.path == "/")
        var headers = Headers()
        for number in 0..<20_000 { headers.append("n\(number % 7)", part) }
        #expect(headers.values("N3").count == 2857)
    }
}
