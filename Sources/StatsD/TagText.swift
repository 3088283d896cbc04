import Linux
import Telemetry
import TelemetryMetrics

/// The tags of one sample as label text: names sanitised and in order, each once, values escaped.
///
/// Keeps its memory from sample to sample.
struct TagText: ~Copyable {
    private struct Tag {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// Sanitised names, one after the other.
    private var names: [UInt8] = []
    private var tags: [Tag] = []
    private let constantNames: [[UInt8]]
    /// Set by the exposition of histograms and summaries, and by the overflow series.
    private static let reserved = ["le", "quantile", "heliograph_overflow"].map { Array($0.utf8) }

    init(constantNames: [String]) {
        self.constantNames = constantNames.map { Array($0.utf8) }
    }

    /// Takes the tags of `sample`; those that `metric` sets itself and those without a value are left out.
    mutating func prepare(_ sample: borrowing StatsDSample, in datagram: RawSpan, for metric: StatsDMetric) {
        names.removeAll(keepingCapacity: true)
        tags.removeAll(keepingCapacity: true)
        for tag in sample.tags where !tag.value.isEmpty {
            let start = names.count
            appendName(datagram, tag.name)
            insert(Tag(name: start..<names.count, value: tag.value))
        }
        if !metric.labels.isEmpty {
            tags.removeAll { tag in metric.labels.contains { names[tag.name].elementsEqual($0.name.utf8) } }
        }
    }

    /// Writes the labels of `metric`, then the tags.
    func write(to writer: inout LabelWriter, datagram: RawSpan, metric: StatsDMetric) {
        var isFirst = true
        for label in metric.labels {
            begin(Array(label.name.utf8)[...], &isFirst, &writer)
            writer.append(label.value)
            writer.append(raw: UInt8(ascii: "\""))
        }
        for tag in tags {
            begin(names[tag.name], &isFirst, &writer)
            writer.append(datagram.extracting(tag.value))
            writer.append(raw: UInt8(ascii: "\""))
        }
    }

    private func begin(_ name: ArraySlice<UInt8>, _ isFirst: inout Bool, _ writer: inout LabelWriter) {
        if !isFirst { writer.append(raw: UInt8(ascii: ",")) }
        isFirst = false
        for byte in name { writer.append(raw: byte) }
        writer.append(raw: UInt8(ascii: "="))
        writer.append(raw: UInt8(ascii: "\""))
    }

    /// Keeps the tags in the order of their names; of two with the same name the later one wins.
    private mutating func insert(_ tag: Tag) {
        var position = tags.count
        while position > 0 {
            let other = names[tags[position - 1].name]
            if other.elementsEqual(names[tag.name]) {
                tags[position - 1].value = tag.value
                return
            }
            guard names[tag.name].lexicographicallyPrecedes(other) else { break }
            position -= 1
        }
        tags.insert(tag, at: position)
    }

    /// Other bytes than letters, digits and `_` become `_`; names that belong to Prometheus, to the exposition or to
    /// the constant labels get `exported_` before them, as Prometheus does with names in conflict.
    private mutating func appendName(_ datagram: RawSpan, _ range: Range<Int>) {
        let start = names.count
        if PrometheusName.isDigit(datagram[byte: range.lowerBound]) { names.append(UInt8(ascii: "_")) }
        for offset in range {
            let byte = datagram[byte: offset]
            let isFine = PrometheusName.isLetter(byte) || PrometheusName.isDigit(byte)
            names.append(isFine ? byte : UInt8(ascii: "_"))
        }
        if isReserved(names[start...]) {
            names.insert(contentsOf: "exported_".utf8, at: start)
        }
    }

    private func isReserved(_ name: ArraySlice<UInt8>) -> Bool {
        if name.starts(with: "__".utf8) { return true }
        if Self.reserved.contains(where: { $0.elementsEqual(name) }) { return true }
        return constantNames.contains { $0.elementsEqual(name) }
    }
}
