/// A strict parser of the text formats 0.0.4 and 1.0.0, which accepts and refuses what `promtool check metrics` does.
///
/// Beyond promtool it refuses what a server refuses: types in capitals, repeated bucket labels, invalid UTF-8.
package struct TextParser {
    private var exposition = Exposition()
    private var indices: [String: Int] = [:]
    private var hasType: Set<Int> = []
    private let labels: LabelScanner

    private init(format: ExpositionFormat) { labels = LabelScanner(format: format) }

    /// Parses a whole page or throws its first fault.
    package static func parse(
        _ page: [UInt8], format: ExpositionFormat = .text
    ) throws(ExpositionError) -> Exposition {
        var parser = TextParser(format: format)
        var lines = try LineSplitter(page)
        while var line = lines.next() {
            line.skipBlanks()
            if !lines.lastWasTerminated {
                // Blanks alone may end a page without a newline.
                guard line.next == nil else { throw line.fault(.unterminatedLine, at: line.endIndex) }
            }
            switch line.next {
            case nil: break
            case UInt8(ascii: "#"): try parser.readComment(&line)
            default: try parser.readSample(&line)
            }
        }
        return parser.exposition
    }

    private mutating func readComment(_ line: inout LineCursor) throws(ExpositionError) {
        _ = line.skip(UInt8(ascii: "#"))
        line.skipBlanks()
        let word = line.takeToken()
        guard line.next != nil, let keyword = MetadataKeyword(word), keyword != .unit else { return }
        line.skipBlanks()
        guard line.next != nil else { return }
        let name = try labels.metadataName(&line)
        guard let separator = line.next else { return }
        guard LineCursor.isBlank(separator) else {
            throw line.expected("a space after the metric name")
        }
        let index = familyIndex(of: name, line: line.number)
        line.skipBlanks()
        guard line.next != nil else { return }
        switch keyword {
        case .help: try readHelp(&line, of: index)
        default: try readType(&line, of: index)
        }
    }

    private mutating func readHelp(_ line: inout LineCursor, of index: Int) throws(ExpositionError) {
        let family = exposition.families[index]
        guard family.help == nil else {
            throw line.fault(.repeatedMetadata(keyword: "HELP", family: family.name))
        }
        exposition.families[index].help = try Unescaping.help(&line, format: .text)
    }

    private mutating func readType(_ line: inout LineCursor, of index: Int) throws(ExpositionError) {
        let family = exposition.families[index]
        guard family.samples.isEmpty else {
            throw line.fault(.metadataAfterSamples(keyword: "TYPE", family: family.name))
        }
        guard hasType.insert(index).inserted else {
            throw line.fault(.repeatedMetadata(keyword: "TYPE", family: family.name))
        }
        let word = String(decoding: line.rest, as: UTF8.self)
        guard let type = ExpositionType(keyword: word, format: .text) else {
            throw line.fault(.unknownType(Evidence.shown(word.utf8)))
        }
        exposition.families[index].type = type
    }

    private mutating func readSample(_ line: inout LineCursor) throws(ExpositionError) {
        let (name, set, place) = try labels.series(&line)
        line.skipBlanks()
        let value = try number(&line)
        let timestamp = try timestamp(&line)
        let sample = ExpositionSample(
            name: name, labels: set, value: value, timestamp: timestamp, line: line.number)
        let index = familyIndex(of: name, line: line.number)
        try checkBound(sample, type: exposition.families[index].type, in: line, at: place)
        exposition.families[index].samples.append(sample)
    }

    private func number(_ line: inout LineCursor) throws(ExpositionError) -> Double {
        let place = line.index
        let token = line.takeToken()
        guard !token.isEmpty else {
            throw line.expected("a value")
        }
        guard let value = NumberParser.value(token) else {
            throw line.fault(.invalidValue(Evidence.shown(token)), at: place)
        }
        return value
    }

    private func timestamp(_ line: inout LineCursor) throws(ExpositionError) -> Double? {
        guard line.next != nil else { return nil }
        line.skipBlanks()
        let place = line.index
        let token = line.takeToken()
        guard !token.isEmpty else {
            throw line.expected("a timestamp")
        }
        guard let milliseconds = NumberParser.integer(token) else {
            throw line.fault(.invalidTimestamp(Evidence.shown(token)), at: place)
        }
        guard line.next == nil else {
            throw line.expected("the end of the line")
        }
        return Double(milliseconds) / 1000
    }

    private func checkBound(
        _ sample: ExpositionSample, type: ExpositionType, in line: LineCursor, at place: Int
    ) throws(ExpositionError) {
        let name = type == .histogram ? "le" : "quantile"
        guard type == .histogram || type == .summary, let text = sample.label(name) else { return }
        guard NumberParser.value(Array(text.utf8)[...]) != nil else {
            throw line.fault(.invalidLabelValue(Evidence.shown(text.utf8), label: name), at: place)
        }
    }

    /// The family of a name: its own, else the summary or histogram whose part it is, else a new one.
    private mutating func familyIndex(of name: String, line: Int) -> Int {
        if let index = indices[name] {
            return index
        }
        for type in [ExpositionType.summary, .histogram] {
            for suffix in type.sampleSuffixes where name.hasSuffix(suffix) && suffix != "_created" {
                if let index = indices[String(name.dropLast(suffix.count))],
                    exposition.families[index].type == type
                {
                    return index
                }
            }
        }
        exposition.families.append(ExpositionFamily(name: name, line: line))
        indices[name] = exposition.families.count - 1
        return exposition.families.count - 1
    }
}
