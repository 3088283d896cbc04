import PrometheusFormat
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct NegotiatedFormatsTests {
    private static let headers = [
        nil, "", "text/plain;version=1.0.0;escaping=allow-utf-8", "text/plain;version=0.0.4",
        "application/openmetrics-text;version=1.0.0", "*/*",
        String(repeating: " ", count: 2000) + "application/openmetrics-text;version=1.0.0",
    ]

    @Test func aHeaderAsksForTheSameEachTime() {
        let formats = NegotiatedFormats()

        for header in Self.headers + Self.headers.reversed() {
            #expect(formats.format(accept: header) == .negotiate(accept: header))
        }
    }

    @Test func moreHeadersThanAreKeptAreReadAllTheSame() {
        let formats = NegotiatedFormats()
        let others = (0..<50).map { "text/plain;version=1.0.0;q=0.\($0)" }

        for header in others + Self.headers + others {
            #expect(formats.format(accept: header) == .negotiate(accept: header))
        }
    }

    /// As strings the two are equal.
    @Test func headersOfOtherBytesAreOthers() {
        let formats = NegotiatedFormats()
        let header = "text/plain;version=1.0.0"
        let lookalike = "text/plain\u{37e}version=1.0.0"
        #expect(header == lookalike)

        for asked in [lookalike, header, lookalike] {
            #expect(formats.format(accept: asked) == .negotiate(accept: asked))
        }
        #expect(formats.format(accept: header) != formats.format(accept: lookalike))
    }
}
