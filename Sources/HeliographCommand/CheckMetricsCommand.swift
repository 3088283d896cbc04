import HTTPFetching
import Linux
import PrometheusFormat

/// `heliograph check metrics`.
struct CheckMetricsCommand {
    /// The formats as the flag names them.
    enum Format: String, CaseIterable {
        case openmetrics
        case text
        case text1 = "text-1.0.0"
        case protobuf

        var format: ExpositionFormat {
            switch self {
            case .openmetrics: .openMetrics
            case .text: .text
            case .text1: .text1
            case .protobuf: .protobuf
            }
        }
    }

    private static let format = Flag(
        name: "format", placeholder: "format",
        help:
            "openmetrics, text (0.0.4), text-1.0.0 or protobuf; by default a URL's Content-Type says it, and all else is openmetrics.",
        choices: Format.self)
    private static let lint = Flag(name: "lint", help: "Warnings make the page wrong.")

    static let command = Command(
        name: "metrics",
        abstract: "Check a page of metrics.",
        discussion: """
            Bad style, and samples that servers take but misread, are printed as warnings;
            with --lint they make the page wrong. Exit codes: 0 right, 65 wrong, 66 a page
            that can't be read.
            """,
        argument: Argument(
            name: "source", help: "A file, an http URL, or - for standard input. (default: -)", standard: "-"),
        flags: [format, lint],
        run: { invocation in
            try CheckMetricsCommand(
                source: invocation.argument, format: try invocation.choice(format), lint: invocation.has(lint)
            ).run()
        })

    var source: String
    var format: Format?
    var lint = false

    func run() throws {
        let page: (bytes: [UInt8], format: ExpositionFormat?)
        do {
            page = try read()
        } catch {
            complain("\(source): \(error)")
            throw ExitStatus.noInput
        }
        let check = ExpositionCheck(page.bytes, format: format?.format ?? page.format ?? .openMetrics)
        for line in check.report(source: source == "-" ? "standard input" : source) { complain(line) }
        guard check.isValid, !lint || check.findings.isEmpty else { throw ExitStatus.badData }
        try StandardOutput.write(
            "\(check.familyCount) metrics with \(check.sampleCount) samples are right.\n")
    }

    /// The page, and its format where a server says it.
    func read() throws -> (bytes: [UInt8], format: ExpositionFormat?) {
        let lowercase = source.lowercased()
        // An https URL is no file either: the fetch says that only http is supported.
        if lowercase.hasPrefix("http://") || lowercase.hasPrefix("https://") {
            let answer = try HTTPFetch(source).get()
            return (answer.body, answer.contentType.flatMap { ExpositionFormat(contentType: $0) })
        }
        return (try WholeFile.read(source == "-" ? nil : source), nil)
    }
}
