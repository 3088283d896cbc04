import Telemetry
import TelemetryMetrics

/// How dimensions become label text, for all handlers that were made with the same names in the same order.
///
/// Code makes handlers of one label with the same names over and over: they are sanitised and sorted once.
struct DimensionOrder: Sendable {
    private let names: [String]
    /// In the order of the label text.
    private let labels: [DimensionStart]

    /// Takes the names of `dimensions`; of two that are the same after sanitising the later one wins.
    init(of dimensions: [(String, String)], labels: LabelNames) {
        names = dimensions.map { $0.0 }
        var places: [[UInt8]: (name: String, place: Int)] = [:]
        for (place, name) in names.enumerated() {
            let name = labels.validation.name(name, isLabel: true)
            places[LabelNames.legacy(Array(name.utf8)[...])] = (name, place)
        }
        let inOrder = places.values.map { (key: $0.name, value: $0.place) }.sorted { $0.key < $1.key }
        self.labels = zip(labels.final(inOrder.map(\.key)), inOrder).sorted { $0.0 < $1.0 }
            .map { DimensionStart($0.0, place: $0.1.value) }
    }

    /// Whether it was made from the names of `dimensions`.
    func fits(_ dimensions: [(String, String)]) -> Bool {
        guard dimensions.count == names.count else { return false }
        for place in names.indices where names[place] != dimensions[place].0 { return false }
        return true
    }

    /// Writes `a="x",b="y"`; an empty value is the same as none in Prometheus, and is left out.
    func write(_ dimensions: [(String, String)], to writer: inout LabelWriter) {
        var hasLabels = false
        for index in labels.indices {
            let place = labels[index].place
            guard !dimensions[place].1.isEmpty else { continue }
            labels[index].write(isFirst: !hasLabels, to: &writer)
            hasLabels = true
            writer.append(dimensions[place].1)
        }
        if hasLabels { writer.append(raw: UInt8(ascii: "\"")) }
    }
}

/// A dimension's place, and what stands before its value, ready to be copied.
struct DimensionStart: Sendable {
    let place: Int
    private let first: Text
    private let further: Text

    init(_ name: String, place: Int) {
        self.place = place
        var start: [UInt8] = []
        PrometheusName.appendLabelName(name.utf8, to: &start)
        start += "=\"".utf8
        first = Text(start)
        further = Text(Array("\",".utf8) + start)
    }

    @inline(__always)
    func write(isFirst: Bool, to writer: inout LabelWriter) {
        if isFirst { first.write(to: &writer) } else { further.write(to: &writer) }
    }

    private struct Text: Sendable {
        private let low: UInt64
        private let high: UInt64
        /// Of what fits into the two words.
        private let length: Int
        private let rest: [UInt8]?

        init(_ bytes: [UInt8]) {
            func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
                bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            low = word(bytes.prefix(8))
            high = word(bytes.dropFirst(8).prefix(8))
            length = min(bytes.count, 16)
            rest = bytes.count > 16 ? Array(bytes.dropFirst(16)) : nil
        }

        @inline(__always)
        func write(to writer: inout LabelWriter) {
            writer.append(raw: low, high, length: length)
            if let rest { writer.append(raw: rest) }
        }
    }
}
