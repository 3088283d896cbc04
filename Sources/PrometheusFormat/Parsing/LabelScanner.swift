/// Reads names and label lists; the text format allows blanks and a last comma in it, OpenMetrics unknown escapes.
struct LabelScanner {
    /// Whose rules apply.
    let format: ExpositionFormat

    /// Whether names can stand between quotes; in OpenMetrics they do where a server asks for it.
    private var takesQuotedNames: Bool { format != .text }

    /// Reads the name of a metric in its metadata.
    func metadataName(_ cursor: inout LineCursor) throws(ExpositionError) -> String {
        if let name = try quotedName(&cursor) { return name }
        return try cursor.takeMetricName()
    }

    /// Reads the name of a sample and its labels, up to what separates them from the value; with the place where labels begin.
    func series(
        _ cursor: inout LineCursor
    ) throws(ExpositionError) -> (name: String, labels: [ExpositionLabel], place: Int) {
        let start = cursor.index
        if takesQuotedNames, cursor.skip(UInt8(ascii: "{")) {
            let (name, labels) = try scan(&cursor, canNameMetric: true)
            guard let name else { throw cursor.fault(.missingName, at: start) }
            return (name, labels, start)
        }
        let name = try cursor.takeMetricName()
        skipBlanks(&cursor)
        let place = cursor.index
        return (name, cursor.skip(UInt8(ascii: "{")) ? try scan(&cursor) : [], place)
    }

    /// Reads from after `{` up to and including `}`.
    func scan(_ cursor: inout LineCursor) throws(ExpositionError) -> [ExpositionLabel] {
        try scan(&cursor, canNameMetric: false).labels
    }

    /// The same, where the name of the metric can be among the labels.
    private func scan(
        _ cursor: inout LineCursor, canNameMetric: Bool
    ) throws(ExpositionError) -> (name: String?, labels: [ExpositionLabel]) {
        var metric: String?
        var labels: [ExpositionLabel] = []
        var names = LabelNames()
        skipBlanks(&cursor)
        if cursor.skip(UInt8(ascii: "}")) { return (metric, labels) }
        while true {
            let place = cursor.index
            let quoted = try quotedName(&cursor)
            let name: String
            if let quoted { name = quoted } else { name = try plainName(&cursor) }
            skipBlanks(&cursor)
            if quoted != nil, canNameMetric, cursor.next != UInt8(ascii: "=") {
                guard metric == nil else {
                    throw cursor.fault(.secondName(Evidence.shown(name.utf8)), at: place)
                }
                metric = name
            } else {
                try check(name, &names, after: labels, cursor, place)
                labels.append(ExpositionLabel(name: name, value: try valueBehindName(&cursor)))
                skipBlanks(&cursor)
            }
            if cursor.skip(UInt8(ascii: "}")) { return (metric, labels) }
            try cursor.require(UInt8(ascii: ","), "“,” or “}” after a label")
            skipBlanks(&cursor)
            if format.isText, cursor.skip(UInt8(ascii: "}")) { return (metric, labels) }
        }
    }

    /// The name between quotes that stands here; nil where none does.
    private func quotedName(_ cursor: inout LineCursor) throws(ExpositionError) -> String? {
        let place = cursor.index
        guard takesQuotedNames, cursor.skip(UInt8(ascii: "\"")) else { return nil }
        guard cursor.rest.contains(UInt8(ascii: "\"")) else {
            throw cursor.fault(.unterminatedName, at: place)
        }
        let name = try value(&cursor)
        guard !name.isEmpty else { throw cursor.fault(.expected("a name", found: "an empty one"), at: place) }
        return name
    }

    private func plainName(_ cursor: inout LineCursor) throws(ExpositionError) -> String {
        guard let first = cursor.next, ExpositionName.startsLabel(first) else {
            throw cursor.expected("a label name")
        }
        return String(decoding: cursor.take(while: ExpositionName.continuesLabel), as: UTF8.self)
    }

    private func check(
        _ name: String, _ names: inout LabelNames, after labels: [ExpositionLabel], _ cursor: LineCursor,
        _ place: Int
    ) throws(ExpositionError) {
        guard name != "__name__" else { throw cursor.fault(.reservedLabelName(name), at: place) }
        guard names.insert(name, after: labels) else {
            throw cursor.fault(.duplicateLabel(Evidence.shown(name.utf8)), at: place)
        }
    }

    private func valueBehindName(_ cursor: inout LineCursor) throws(ExpositionError) -> String {
        try cursor.require(UInt8(ascii: "="), "“=” after a label name")
        skipBlanks(&cursor)
        try cursor.require(UInt8(ascii: "\""), "a quoted label value")
        return try value(&cursor)
    }

    private func value(_ cursor: inout LineCursor) throws(ExpositionError) -> String {
        let isOrdinary = { (byte: UInt8) in byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") }
        let plain = cursor.take(while: isOrdinary)
        if cursor.skip(UInt8(ascii: "\"")) {
            return String(decoding: plain, as: UTF8.self)
        }
        var bytes = Array(plain)
        while !cursor.skip(UInt8(ascii: "\"")) {
            let place = cursor.index
            guard cursor.skip(UInt8(ascii: "\\")), let escaped = cursor.next else {
                throw cursor.fault(.unterminatedLabelValue)
            }
            _ = cursor.skip(escaped)
            guard Unescaping.append(escaped, quotes: true, lenient: format == .openMetrics, to: &bytes) else {
                throw cursor.fault(.invalidEscape(Unescaping.shown(escaped)), at: place)
            }
            bytes.append(contentsOf: cursor.take(while: isOrdinary))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func skipBlanks(_ cursor: inout LineCursor) {
        if format.isText {
            cursor.skipBlanks()
        }
    }
}

/// Finds a repeated label: by comparing while there are few, so that ordinary samples need no set.
private struct LabelNames {
    private static let few = 16
    private var names: Set<String> = []

    /// False when one of the labels read so far has this name.
    mutating func insert(_ name: String, after labels: [ExpositionLabel]) -> Bool {
        guard labels.count >= Self.few else {
            return !labels.contains { $0.name == name }
        }
        if names.isEmpty {
            names = Set(labels.map(\.name))
        }
        return names.insert(name).inserted
    }
}
