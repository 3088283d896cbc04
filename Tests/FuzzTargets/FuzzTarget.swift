import Bytes
import ConfigurationKeys
import JSONWebTokens
import PrometheusFormat

@testable import Microhttpd
@testable import WebAccess
@testable import WebConfigurationFile

/// What takes any bytes from a network or a file, for a fuzzer: each traps where something does not hold of what it made of them.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case text
    case openMetrics = "openmetrics"
    case protobuf
    case accept
    case head
    case token
    case webConfiguration = "web-config"

    /// Has the target take the bytes.
    package func run(_ bytes: [UInt8]) {
        switch self {
        case .text: Self.text(bytes)
        case .openMetrics: _ = Self.check(bytes, .openMetrics)
        case .protobuf: _ = Self.check(bytes, .protobuf)
        case .accept: Self.accept(String(decoding: bytes, as: UTF8.self))
        case .head: Self.head(String(decoding: bytes, as: UTF8.self))
        case .token: Self.token(bytes)
        case .webConfiguration: Self.webConfiguration(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// A page is right, or it has one fault with its place.
    private static func check(_ page: [UInt8], _ format: ExpositionFormat) -> ExpositionCheck {
        let check = ExpositionCheck(page, format: format)
        let report = check.report(source: "page")
        precondition(check.isValid || report.count == 1 && report[0].hasPrefix("page:"))
        precondition(report.allSatisfy { !$0.contains("\n") })
        return check
    }

    /// What text 0.0.4 has, text 1.0.0 has too.
    private static func text(_ page: [UInt8]) {
        let (old, new) = (check(page, .text), check(page, .text1))
        guard old.isValid else { return }
        precondition(new.isValid && new.familyCount == old.familyCount && new.sampleCount == old.sampleCount)
    }

    /// What is sent is what was asked for, by its own name at least.
    private static func accept(_ header: String) {
        let page = PageFormat.negotiate(accept: header)
        precondition(ExpositionFormat(contentType: page.contentType) == page.format)
        precondition(PageFormat.negotiate(accept: page.contentType) == page)
        _ = ExpositionFormat(contentType: header)
        _ = AcceptEncoding.coding(header)
    }

    /// The target of a request in the first line, fields in the others.
    private static func head(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var headers = Headers()
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers.append(String(sides[0]), sides.count > 1 ? String(sides[1]) : "")
        }
        // libmicrohttpd hands it over as a C string.
        let target = String((lines.first ?? "").prefix { $0 != "\0" })
        let head = RequestHead(method: "GET", target: target, version: "HTTP/1.1", headers: headers)
        precondition(!head.isWellFormed || headers["Host"] != nil)
        if let framing = Framing(headers), let length = framing.length { precondition(length >= 0) }
        _ = SentCredentials(headers)
        _ = AcceptEncoding.coding(headers["Accept-Encoding"])
        guard let target = RequestTarget(target) else { return }
        precondition(!target.path.utf8.contains(0))
        _ = router?.respond(to: Request(path: target.path, query: target.query, headers: headers))
    }

    private static let router = try? Router(
        ["/metrics", "/api/v1/series/{name}", "/static/*"].map { path in
            Route(.get, path) { request in .text(request.parameters.values.joined()) }
        })

    /// The first line is a token, the rest are keys, which may be anybody's: a token that these accept need not be made by the known ones.
    private static func token(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: .newline, maxSplits: 1, omittingEmptySubsequences: false)
        let token = Array(parts[0])
        precondition(MadeTokens.areJudgedRight(token))
        guard parts.count > 1, let keys = try? JSONWebKeySet(Array(parts[1])) else { return }
        let verifier = TokenVerifier(issuer: nil, audience: nil, leeway: .zero, keys: keys)
        guard verifier.accepts(token, at: now) else { return }
        // Whoever made it, it ends, and it is of no issuer and for no audience whose name is as long as itself.
        let absent = String(repeating: "x", count: token.count)
        precondition(!verifier.accepts(token, at: .infinity))
        for (issuer, audience) in [(absent, nil), (nil, absent)] {
            let other = TokenVerifier(issuer: issuer, audience: audience, leeway: .zero, keys: keys)
            precondition(!other.accepts(token, at: now))
        }
    }

    /// When tokens are looked at, in seconds since the Unix epoch.
    static let now = 1_700_000_000.0

    /// A file is taken, or each of its mistakes has a place.
    private static func webConfiguration(_ text: String) {
        do throws(ConfigurationErrors) {
            _ = try WebSettings(text, FileReading(file: "web.yml"))
        } catch {
            precondition(
                !error.errors.isEmpty && error.errors.allSatisfy { $0.description.hasPrefix("web.yml") })
        }
    }
}
