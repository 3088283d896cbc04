import Linux

/// A number as the line gave it: whole ones that fit stay exact.
package enum EventNumber: Equatable, Sendable {
    case integer(Int64)
    /// Finite.
    case double(Double)
}

/// An event of the wire, reused from line to line; names and texts are ranges of `text`.
package struct ParsedEvent: Equatable, Sendable {
    /// A number under a name; names do not repeat.
    package struct Measurement: Equatable, Sendable {
        package var name: Range<Int>
        package var value: EventNumber
    }

    /// A text under a name; names do not repeat.
    package struct Metadata: Equatable, Sendable {
        package var name: Range<Int>
        /// What a string held, or `true`, `false`, a number as it was written, and nothing for `null`.
        package var value: Range<Int>
    }

    /// Valid UTF-8, unescaped; it may hold more than the ranges refer to.
    package internal(set) var text: [UInt8] = []
    /// Never empty.
    package internal(set) var name: Range<Int> = 0..<0
    package internal(set) var measurements: [Measurement] = []
    package internal(set) var metadata: [Metadata] = []

    /// An event without a name, to be filled by `EventLineParser`.
    package init() {}

    /// The text that a range of this event stands for.
    package func string(_ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self)
    }

    mutating func reset() {
        text.removeAll(keepingCapacity: true)
        name = 0..<0
        measurements.removeAll(keepingCapacity: true)
        metadata.removeAll(keepingCapacity: true)
    }

    /// The last value of a name wins.
    mutating func set(measurement name: Range<Int>, to value: EventNumber) {
        if let index = measurements.firstIndex(where: { isSame($0.name, name) }) {
            measurements[index].value = value
        } else {
            measurements.append(Measurement(name: name, value: value))
        }
    }

    mutating func set(metadata name: Range<Int>, to value: Range<Int>) {
        if let index = metadata.firstIndex(where: { isSame($0.name, name) }) {
            metadata[index].value = value
        } else {
            metadata.append(Metadata(name: name, value: value))
        }
    }

    private func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count && text.withBytes(in: text.indices) { $0.areSame(left, right) }
    }
}
