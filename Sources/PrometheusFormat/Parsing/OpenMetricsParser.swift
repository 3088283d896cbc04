/// A strict parser of OpenMetrics 1.0, which accepts and refuses what the project's own vectors say.
package struct OpenMetricsParser {
    private var exposition = Exposition()
    private var current: OpenMetricsFamily?
    /// Which family owns each name, by its index.
    private var owners: [String: Int] = [:]
    private let labels = LabelScanner(format: .openMetrics)

    /// Parses a whole page or throws its first fault.
    package static func parse(_ page: [UInt8]) throws(ExpositionError) -> Exposition {
        var parser = OpenMetricsParser()
        var lines = try LineSplitter(page)
        var lastLine = 0
        while var line = lines.next() {
            lastLine = line.number
            if line.line.elementsEqual("# EOF".utf8) {
                guard lines.next() == nil else {
                    throw .malformed(.textAfterEOF, line: lastLine + 1, column: 1)
                }
                try parser.finishFamily()
                return parser.exposition
            }
            try parser.read(&line)
        }
        throw .malformed(.missingEOF, line: lastLine + 1, column: 1)
    }

    private mutating func read(_ line: inout LineCursor) throws(ExpositionError) {
        switch line.next {
        case nil: throw line.fault(.blankLine)
        case UInt8(ascii: "#"): try readMetadata(&line)
        default: try readSample(&line)
        }
    }

    private mutating func readMetadata(_ line: inout LineCursor) throws(ExpositionError) {
        let text = line.line
        _ = line.skip(UInt8(ascii: "#"))
        let hasSpace = line.skip(UInt8(ascii: " "))
        guard hasSpace, let keyword = MetadataKeyword(line.takeToken()) else {
            throw .malformed(.unknownComment(Evidence.shown(text)), line: line.number, column: 1)
        }
        try line.require(UInt8(ascii: " "), "a space after \(keyword.rawValue)")
        let place = line.index
        let name = try labels.metadataName(&line)
        try line.require(UInt8(ascii: " "), "a space after the metric name")
        if current?.family.name != name {
            try finishFamily()
            current = OpenMetricsFamily(name: name, line: line.number)
        }
        try current?.readMetadata(keyword, from: &line, nameAt: place)
    }

    private mutating func readSample(_ line: inout LineCursor) throws(ExpositionError) {
        let (sample, places) = try scan(&line)
        if current?.owns(sample.name) != true {
            try finishFamily()
            if let owner = owners[sample.name] {
                throw line.fault(clash(sample.name, owner: owner), at: places.name)
            }
            current = OpenMetricsFamily(name: sample.name, line: line.number)
        }
        do throws(ExpositionFault) {
            try current?.add(sample)
        } catch  where error.concernsFinishedPoint {
            throw .malformed(error, line: current?.family.samples.last?.line ?? line.number, column: 1)
        } catch {
            throw line.fault(error, at: places.column(of: error))
        }
    }

    /// Moves the current family to the result, when all of it is known to be right.
    private mutating func finishFamily() throws(ExpositionError) {
        guard let finished = current else { return }
        current = nil
        let family = try finished.finish()
        var names = Set(family.type.sampleSuffixes.map { family.name + $0 })
        names.insert(family.name)
        for name in names.sorted() {
            if let owner = owners.updateValue(exposition.families.count, forKey: name) {
                throw .malformed(clash(name, owner: owner), line: family.line, column: 1)
            }
        }
        exposition.families.append(family)
    }

    private func clash(_ name: String, owner: Int) -> ExpositionFault {
        let family = exposition.families[owner]
        return .nameClash(name, owner: family.name, type: family.type)
    }
}

extension OpenMetricsParser {
    /// Reads one sample line, whose parts one space each separates.
    private func scan(_ line: inout LineCursor) throws(ExpositionError) -> (ExpositionSample, SamplePlaces) {
        var places = SamplePlaces(name: line.index)
        let (name, set, place) = try labels.series(&line)
        places.labels = place
        try line.require(UInt8(ascii: " "), "a space before the value")
        places.value = line.index
        let value = try number(&line)
        places.timestamp = min(line.index + 1, line.endIndex)
        let timestamp = try timestamp(&line)
        places.exemplar = line.index + 1
        let exemplar = try exemplar(&line)
        guard line.next == nil else {
            throw line.expected("the end of the line")
        }
        let sample = ExpositionSample(
            name: name, labels: set, value: value, timestamp: timestamp, exemplar: exemplar,
            line: line.number)
        return (sample, places)
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

    /// A timestamp where the next part is neither absent nor an exemplar.
    private func timestamp(_ line: inout LineCursor) throws(ExpositionError) -> Double? {
        guard line.next == UInt8(ascii: " "), line.rest.dropFirst().first != UInt8(ascii: "#") else {
            return nil
        }
        _ = line.skip(UInt8(ascii: " "))
        let place = line.index
        let token = line.takeToken()
        guard !token.isEmpty else {
            throw line.expected("a timestamp")
        }
        guard let value = NumberParser.finite(token) else {
            throw line.fault(.invalidTimestamp(Evidence.shown(token)), at: place)
        }
        return value
    }

    private func exemplar(_ line: inout LineCursor) throws(ExpositionError) -> ExpositionExemplar? {
        guard line.skip(UInt8(ascii: " ")) else { return nil }
        let place = line.index
        try line.require(UInt8(ascii: "#"), "an exemplar")
        try line.require(UInt8(ascii: " "), "a space after “#”")
        try line.require(UInt8(ascii: "{"), "the exemplar's labels")
        let set = try labels.scan(&line)
        let codePoints = set.reduce(0) { sum, label in
            sum + label.name.unicodeScalars.count + label.value.unicodeScalars.count
        }
        guard codePoints <= 128 else {
            throw line.fault(.exemplarTooLong(codePoints: codePoints), at: place)
        }
        try line.require(UInt8(ascii: " "), "a space before the exemplar's value")
        let value = try number(&line)
        return ExpositionExemplar(labels: set, value: value, timestamp: try timestamp(&line))
    }
}

/// Where the parts of a sample line begin, for faults that show only once all of it is read.
private struct SamplePlaces {
    let name: Int
    var labels = 0
    var value = 0
    var timestamp = 0
    var exemplar = 0

    /// The place a fault is about.
    func column(of fault: ExpositionFault) -> Int {
        switch fault {
        case .notANumber, .negative, .notAnInteger, .notOne, .notZeroOrOne: value
        case .missingLabel, .invalidLabelValue: labels
        case .mixedTimestamps, .timestampWentBack: timestamp
        case .exemplarNotAllowed: exemplar
        default: name
        }
    }
}
