import Bytes

/// A number as the line gave it: whole ones that fit stay exact.
package enum EventNumber: Equatable, Sendable {
    case integer(Int64)
    /// Finite.
    case double(Double)
}

/// An event with several values and labels that came over a wire, whatever the protocol; names and texts are ranges of `text`.
///
/// Reused from event to event.
package struct WireEvent: Equatable, Sendable {
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

    /// How its client calls an event that it wants to have acknowledged.
    package struct ID: Equatable, Sendable {
        package var client: ClientName
        /// From 1 on; each event of a client has a larger one than those before.
        package var number: UInt64

        /// An id.
        package init(client: ClientName, number: UInt64) {
            self.client = client
            self.number = number
        }
    }

    /// Valid UTF-8, unescaped; it may hold more than the ranges refer to.
    package var text: [UInt8] = []
    /// Never empty.
    package var name: Range<Int> = 0..<0
    package var measurements: [Measurement] = []
    package var metadata: [Metadata] = []
    /// Nil for an event that nobody waits for.
    package var id: ID?

    /// An event without a name, to be filled by a parser.
    package init() {}

    /// The text that a range of this event stands for.
    package func string(_ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self)
    }

    /// Forgets what was read, and keeps the memory.
    package mutating func reset() {
        text.removeAll(keepingCapacity: true)
        name = 0..<0
        id = nil
        measurements.removeAll(keepingCapacity: true)
        metadata.removeAll(keepingCapacity: true)
    }

    /// The last value of a name wins.
    package mutating func set(measurement name: Range<Int>, to value: EventNumber) {
        if let index = measurements.firstIndex(where: { isSame($0.name, name) }) {
            measurements[index].value = value
        } else {
            measurements.append(Measurement(name: name, value: value))
        }
    }

    /// The last text of a name wins.
    package mutating func set(metadata name: Range<Int>, to value: Range<Int>) {
        if let index = metadata.firstIndex(where: { isSame($0.name, name) }) {
            metadata[index].value = value
        } else {
            metadata.append(Metadata(name: name, value: value))
        }
    }

    /// The measurement of that name, nil where there is none.
    func measurement(named name: [UInt8]) -> Double? {
        guard let found = measurements.first(where: { holds(name, in: $0.name) }) else { return nil }
        switch found.value {
        case .integer(let value): return Double(value)
        case .double(let value): return value
        }
    }

    /// Where the text of that name is, nil where there is none.
    func metadata(named name: [UInt8]) -> Range<Int>? {
        metadata.first { holds(name, in: $0.name) }?.value
    }

    /// Whether `range` holds these bytes.
    func holds(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
        text.withBytes(in: text.indices) { $0.holds(bytes, in: range) }
    }

    private func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count && text.withBytes(in: text.indices) { $0.areSame(left, right) }
    }
}
