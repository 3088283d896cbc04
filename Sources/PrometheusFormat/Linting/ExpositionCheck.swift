/// The whole judgement of a page: whether a strict server reads it, and what it should do differently.
package struct ExpositionCheck: Sendable, Equatable {
    /// The format the page was read in.
    package let format: ExpositionFormat
    /// The first fault, nil when the page is valid.
    package let error: ExpositionError?
    /// What the linter found in a valid page, in the order of lines.
    package let findings: [ExpositionFinding]
    /// The number of metric families, 0 for an invalid page.
    package let familyCount: Int
    /// The number of samples, 0 for an invalid page.
    package let sampleCount: Int

    /// Reads and judges a page; any bytes do.
    package init(_ page: [UInt8], format: ExpositionFormat) {
        self.format = format
        do throws(ExpositionError) {
            let exposition = try Self.parse(page, format: format)
            error = nil
            findings = ExpositionLinter.findings(in: exposition, format: format)
            familyCount = exposition.families.count
            sampleCount = exposition.sampleCount
        } catch {
            self.error = error
            findings = []
            familyCount = 0
            sampleCount = 0
        }
    }

    /// Whether the page is valid, whatever the linter found.
    package var isValid: Bool {
        error == nil
    }

    /// One line for the fault or for each finding, each starting with the name of the page's source.
    package func report(source: String) -> [String] {
        let lines =
            if let error {
                ["\(source):\(error.place): error: \(error.fault)"]
            } else {
                findings.map { "\(source):\($0.line): warning: “\($0.metric)” \($0.rule)" }
            }
        // A name can be any text, and none may pass for a line of its own.
        return lines.map {
            $0.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        }
    }

    private static func parse(
        _ page: [UInt8], format: ExpositionFormat
    ) throws(ExpositionError) -> Exposition {
        switch format {
        case .text, .text1: try TextParser.parse(page, format: format)
        case .openMetrics: try OpenMetricsParser.parse(page)
        case .protobuf: try ProtobufParser.parse(page)
        }
    }
}
