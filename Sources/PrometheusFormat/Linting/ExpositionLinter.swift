/// Finds what a valid page should do differently: promtool's lint rules and a few that it lacks.
package struct ExpositionLinter {
    private let format: ExpositionFormat
    private var findings: [ExpositionFinding] = []

    private init(format: ExpositionFormat) {
        self.format = format
    }

    /// The findings in the order of lines; one of each kind for a family.
    package static func findings(in page: Exposition, format: ExpositionFormat) -> [ExpositionFinding] {
        var linter = ExpositionLinter(format: format)
        for family in page.families {
            linter.lint(family)
        }
        if format.isText {
            linter.lintScattering(page)
        }
        return linter.findings.sorted { ($0.line, $0.metric) < ($1.line, $1.metric) }
    }

    private mutating func lint(_ family: ExpositionFamily) {
        if (family.help ?? "").isEmpty {
            report(.missingHelp, family)
        }
        if let rule = MetricUnits.nonBase(in: family.name) {
            report(rule, family)
        }
        lintTotal(family)
        lintReservedSuffixes(family)
        lintName(family)
        lintLabels(family)
        if format == .openMetrics { lintBounds(family) } else { lintSamples(family) }
    }

    private mutating func report(_ rule: LintRule, _ family: ExpositionFamily, line: Int? = nil) {
        findings.append(ExpositionFinding(metric: family.name, line: line ?? family.line, rule: rule))
    }

    private mutating func lintTotal(_ family: ExpositionFamily) {
        let hasTotal = family.name.hasSuffix("_total")
        switch family.type {
        case .unknown: break
        case .counter where format == .openMetrics:
            if hasTotal { report(.totalInCounterFamily, family) }
        case .counter:
            if !hasTotal { report(.counterWithoutTotal, family) }
        default:
            if hasTotal { report(.totalOnOther, family) }
        }
    }

    private mutating func lintReservedSuffixes(_ family: ExpositionFamily) {
        guard family.type != .unknown, !family.type.hasBuckets else { return }
        if family.name.hasSuffix("_bucket") {
            report(.reservedSuffix("_bucket", owner: "histograms"), family)
        }
        guard family.type != .summary else { return }
        for suffix in ["_count", "_sum"] where family.name.hasSuffix(suffix) {
            report(.reservedSuffix(suffix, owner: "histograms and summaries"), family)
        }
    }

    private mutating func lintName(_ family: ExpositionFamily) {
        let name = family.name.lowercased()
        let words = name.split(separator: "_", omittingEmptySubsequences: false).dropFirst()
        for type in ["counter", "gauge", "histogram", "summary"] where words.contains(Substring(type)) {
            report(.typeInName(type), family)
        }
        if let unit = words.first(where: MetricUnits.isAbbreviation) {
            report(.abbreviatedUnit(String(unit)), family)
        }
        if family.name.utf8.contains(UInt8(ascii: ":")) {
            report(.colonInName, family)
        }
        if Self.isCamelCase(family.name) {
            report(.camelCaseName, family)
        }
    }

    private mutating func lintLabels(_ family: ExpositionFamily) {
        var lines: [String: Int] = [:]
        for sample in family.samples {
            for label in sample.labels where lines[label.name] == nil {
                lines[label.name] = sample.line
            }
        }
        for (name, line) in lines.sorted(by: { $0.key < $1.key }) {
            if Self.isCamelCase(name) {
                report(.camelCaseLabel(name), family, line: line)
            }
            guard family.type != .unknown else { continue }
            if name == "le", !family.type.hasBuckets {
                report(.reservedLabel(name, owner: "histograms"), family, line: line)
            }
            if name == "quantile", family.type != .summary {
                report(.reservedLabel(name, owner: "summaries"), family, line: line)
            }
        }
    }

    private static func isCamelCase(_ name: String) -> Bool {
        zip(name.utf8, name.utf8.dropFirst()).contains { first, second in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
                && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(second)
        }
    }
}

extension ExpositionLinter {
    /// A server takes two spellings of one bound for two series.
    private mutating func lintBounds(_ family: ExpositionFamily) {
        let label = family.type.hasBuckets ? "le" : "quantile"
        guard family.type.hasBuckets || family.type == .summary else { return }
        for sample in family.samples {
            guard let text = sample.label(label), let bound = NumberParser.value(Array(text.utf8)[...]) else {
                continue
            }
            var bytes: [UInt8] = []
            NumberFormat.appendCanonical(bound, to: &bytes)
            guard !bytes.elementsEqual(text.utf8) else { continue }
            let canonical = String(decoding: bytes, as: UTF8.self)
            let rule = LintRule.nonCanonicalBound(label: label, value: text, canonical: canonical)
            return report(rule, family, line: sample.line)
        }
    }

    /// What OpenMetrics makes an error and the text format lets pass.
    private mutating func lintSamples(_ family: ExpositionFamily) {
        var seen: Set<SeriesKey> = []
        if let twin = family.samples.first(where: { !seen.insert(SeriesKey($0)).inserted }) {
            report(.duplicateSeries(twin.name), family, line: twin.line)
        }
        if let (fault, line) = SampleLint(family: family).firstProblem() {
            report(.wrongSample(fault), family, line: line)
        }
        if family.type == .histogram, let (rule, line) = HistogramLint(family).firstProblem() {
            report(rule, family, line: line)
        }
    }

    private mutating func lintScattering(_ page: Exposition) {
        var owners: [(line: Int, family: Int)] = []
        for (index, family) in page.families.enumerated() {
            owners.append(contentsOf: family.samples.map { ($0.line, index) })
        }
        owners.sort { $0.line < $1.line }
        var finished: Set<Int> = []
        var reported: Set<Int> = []
        for (owner, next) in zip(owners, owners.dropFirst()) where owner.family != next.family {
            finished.insert(owner.family)
            if finished.contains(next.family), reported.insert(next.family).inserted {
                report(.scatteredFamily, page.families[next.family], line: next.line)
            }
        }
    }
}
