/// A strict parser of pages in protobuf: MetricFamily messages, each with its length before it.
///
/// Fields that it does not know are passed over, as protobuf has it. The samples of a family are those that text has for it; what a
/// native histogram has beside them is only judged.
package struct ProtobufParser {
    private var exposition = Exposition()
    private var indices: [String: Int] = [:]

    /// Parses a whole page or throws its first fault.
    package static func parse(_ page: [UInt8]) throws(ExpositionError) -> Exposition {
        var parser = ProtobufParser()
        var place = 0
        var number = 0
        while place < page.count {
            number += 1
            var lengths = MessageReader(page, in: place..<page.count, number: number)
            let length = try lengths.varint()
            guard length <= UInt64(page.count - lengths.place) else {
                throw lengths.fault(.cutShort, at: place)
            }
            let end = lengths.place + Int(length)
            try parser.read(MessageReader(page, in: lengths.place..<end, number: number))
            place = end
        }
        return parser.exposition
    }

    private mutating func read(_ message: MessageReader) throws(ExpositionError) {
        var message = message
        let start = message.place
        var family = ExpositionFamily(name: "", line: message.number)
        var type: UInt64 = 0
        var metrics: [MessageReader.Field] = []
        while let field = try message.next() {
            switch field.number {
            case FamilyField.name: family.name = try message.text(field)
            case FamilyField.help: family.help = try message.text(field)
            case FamilyField.type: type = try message.number(field)
            case FamilyField.unit: family.unit = try message.text(field)
            case FamilyField.metric: metrics.append(field)
            default: break
            }
        }
        guard !family.name.isEmpty else { throw message.fault(.missingName, at: start) }
        guard let type = ExpositionType(number: type) else {
            throw message.fault(.unknownType("\(type)"), at: start)
        }
        family.type = type
        // A name is there once, though a family may be in several messages.
        if let unit = family.unit, !unit.isEmpty, !nameHas(unit, family) {
            throw message.fault(.unitNotInName(unit: unit, family: family.name), at: start)
        }
        for metric in metrics {
            try MetricReader(family: family).read(
                try message.message(metric), at: metric.place, &family.samples)
        }
        try add(family, message, at: start)
    }

    private func nameHas(_ unit: String, _ family: ExpositionFamily) -> Bool {
        family.name.hasSuffix("_" + unit)
            || family.type == .counter && family.name.hasSuffix("_" + unit + "_total")
    }

    private mutating func add(
        _ family: ExpositionFamily, _ message: MessageReader, at place: Int
    ) throws(ExpositionError) {
        guard let index = indices[family.name] else {
            indices[family.name] = exposition.families.count
            exposition.families.append(family)
            return
        }
        guard exposition.families[index].type == family.type else {
            throw message.fault(.repeatedMetadata(keyword: "TYPE", family: family.name), at: place)
        }
        exposition.families[index].samples += family.samples
    }
}

extension ExpositionType {
    /// The type that MetricFamily has under that number.
    fileprivate init?(number: UInt64) {
        switch number {
        case 0: self = .counter
        case 1: self = .gauge
        case 2: self = .summary
        case 3: self = .unknown
        case 4: self = .histogram
        case 5: self = .gaugehistogram
        default: return nil
        }
    }
}
