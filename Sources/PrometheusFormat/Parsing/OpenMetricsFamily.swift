/// A family while its lines are being read, with the rules of OpenMetrics 1.0 for it.
struct OpenMetricsFamily {
    private(set) var family: ExpositionFamily
    private var hasType = false
    private var unitLine = 0
    private var groups = SampleGroups()
    private var buckets = BucketRules()
    private var sampleNames: [String]

    init(name: String, line: Int) {
        family = ExpositionFamily(name: name, line: line)
        sampleNames = [name]
    }

    /// Whether a sample of this name belongs to the family.
    func owns(_ sampleName: String) -> Bool {
        sampleNames.contains(sampleName)
    }

    /// Reads the last part of a metadata line, after the name.
    mutating func readMetadata(
        _ keyword: MetadataKeyword, from line: inout LineCursor, nameAt place: Int
    ) throws(ExpositionError) {
        guard family.samples.isEmpty else {
            let fault = ExpositionFault.metadataAfterSamples(keyword: keyword.rawValue, family: family.name)
            throw line.fault(fault, at: place)
        }
        guard !has(keyword) else {
            let fault = ExpositionFault.repeatedMetadata(keyword: keyword.rawValue, family: family.name)
            throw line.fault(fault, at: place)
        }
        switch keyword {
        case .help: family.help = try Unescaping.help(&line, format: .openMetrics)
        case .type: try readType(&line)
        case .unit: try readUnit(&line)
        }
    }

    private func has(_ keyword: MetadataKeyword) -> Bool {
        switch keyword {
        case .help: family.help != nil
        case .type: hasType
        case .unit: family.unit != nil
        }
    }

    private mutating func readType(_ line: inout LineCursor) throws(ExpositionError) {
        let word = String(decoding: line.rest, as: UTF8.self)
        guard let type = ExpositionType(keyword: word, format: .openMetrics) else {
            throw line.fault(.unknownType(Evidence.shown(word.utf8)))
        }
        family.type = type
        hasType = true
        sampleNames = type.sampleSuffixes.map { family.name + $0 }
    }

    private mutating func readUnit(_ line: inout LineCursor) throws(ExpositionError) {
        let place = line.index
        let unit = String(decoding: line.take(while: ExpositionName.continuesMetric), as: UTF8.self)
        guard line.next == nil else {
            throw line.expected("a unit of the characters of a name")
        }
        guard unit.isEmpty || family.name.hasSuffix("_" + unit) else {
            throw line.fault(.unitNotInName(unit: unit, family: family.name), at: place)
        }
        family.unit = unit
        unitLine = line.number
    }

    /// Adds a sample of one of the family's names.
    mutating func add(_ sample: ExpositionSample) throws(ExpositionFault) {
        try SampleRules(family: family).check(sample)
        try groups.add(sample, of: family)
        if family.type.hasBuckets {
            try buckets.add(sample, of: family, startsPoint: groups.startsPoint)
        }
        family.samples.append(sample)
    }

    /// The whole family, after the rules that concern all of it.
    func finish() throws(ExpositionError) -> ExpositionFamily {
        if let unit = family.unit, !unit.isEmpty, family.type == .info || family.type == .stateset {
            let fault = ExpositionFault.unitNotAllowed(family.type, family: family.name)
            throw .malformed(fault, line: unitLine, column: 1)
        }
        if family.type.hasBuckets, let last = family.samples.last {
            do throws(ExpositionFault) {
                try buckets.finishPoint(of: family)
            } catch {
                throw .malformed(error, line: last.line, column: 1)
            }
        }
        return family
    }
}
