/// Reads a label list; the text format allows blanks and a last comma in it, OpenMetrics unknown escapes.
struct LabelScanner {
    /// Whose rules apply.
    let format: ExpositionFormat

    /// Reads from after `{` up to and including `}`.
    func scan(_ cursor: inout LineCursor) throws(ExpositionError) -> [ExpositionLabel] {
        var labels: [ExpositionLabel] = []
        var names = LabelNames()
        skipBlanks(&cursor)
        if cursor.skip(UInt8(ascii: "}")) {
            return labels
        }
        while true {
            labels.append(try label(&cursor, after: labels, names: &names))
            skipBlanks(&cursor)
            if cursor.skip(UInt8(ascii: "}")) {
                return labels
            }
            try cursor.require(UInt8(ascii: ","), "“,” or “}” after a label")
            skipBlanks(&cursor)
            if format == .text, cursor.skip(UInt8(ascii: "}")) {
                return labels
            }
        }
    }

    private func label(
        _ cursor: inout LineCursor, after labels: [ExpositionLabel], names: inout LabelNames
    ) throws(ExpositionError) -> ExpositionLabel {
        let place = cursor.index
        guard let first = cursor.next, ExpositionName.startsLabel(first) else {
            throw cursor.expected("a label name")
        }
        let name = String(decoding: cursor.take(while: ExpositionName.continuesLabel), as: UTF8.self)
        guard name != "__name__" else {
            throw cursor.fault(.reservedLabelName(name), at: place)
        }
        guard names.insert(name, after: labels) else {
            throw cursor.fault(.duplicateLabel(name), at: place)
        }
        skipBlanks(&cursor)
        try cursor.require(UInt8(ascii: "="), "“=” after a label name")
        skipBlanks(&cursor)
        try cursor.require(UInt8(ascii: "\""), "a quoted label value")
        return ExpositionLabel(name: name, value: try value(&cursor))
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
        if format == .text {
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
