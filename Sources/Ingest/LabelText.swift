import Bytes
import Telemetry
import TelemetryMetrics

/// The labels of one line as text: names sanitised and in order, each once, values escaped.
///
/// Keeps its memory from line to line.
struct LabelText: ~Copyable {
    private struct Tag {
        /// In `names`.
        var name: Range<Int>
        var value: Range<Int>
        var isReserved = false
        var isBare = false
    }

    /// Sanitised names, one after the other.
    private var names: [UInt8] = []
    private var tags: [Tag] = []
    private let labels: LabelNames

    init(_ labels: LabelNames) { self.labels = labels }

    /// Takes the tags of a line, except those without a value and those that `own` holds.
    ///
    /// Of tags with the same sanitised name the last one wins. Reserved names are changed last, so that the order of the tags
    /// makes no difference.
    mutating func prepare(
        _ line: borrowing Sample, in frame: RawSpan, beside own: [(name: String, value: String)]
    ) {
        names.removeAll(keepingCapacity: true)
        tags.removeAll(keepingCapacity: true)
        var isAscending = true
        var hasReserved = false
        for tag in line.labels where !tag.value.isEmpty || tag.isBare {
            let start = names.count
            labels.validation.appendLabelName(frame, in: tag.name, to: &names)
            let isReserved = labels.isReserved(names[start...])
            let new = Tag(
                name: start..<names.count, value: tag.value, isReserved: isReserved, isBare: tag.isBare)
            if isAscending, let last = tags.last { isAscending = compare(last.name, new.name) < 0 }
            hasReserved = hasReserved || isReserved
            tags.append(new)
        }
        if !isAscending { sortOut() }
        if labels.validation == .utf8 { dropTwins(of: own) }
        if !own.isEmpty {
            tags.removeAll { tag in own.contains { names[tag.name].elementsEqual($0.name.utf8) } }
        }
        if hasReserved { renameReserved(beside: own) }
    }

    /// Writes `own` and the tags in the order of their names, so that each set of labels has one text.
    func write(to writer: inout LabelWriter, frame: RawSpan, own: [(name: String, value: String)]) {
        var isFirst = true
        var label = 0
        for tag in tags {
            let name = names[tag.name]
            while label < own.count, own[label].name.utf8.lexicographicallyPrecedes(name) {
                write(own[label], &isFirst, &writer)
                label += 1
            }
            begin(name, &isFirst, &writer)
            if tag.isBare { writer.append("true") } else { writer.append(frame.extracting(tag.value)) }
            writer.append(raw: UInt8(ascii: "\""))
        }
        for label in own[label...] { write(label, &isFirst, &writer) }
    }

    private func write(
        _ label: (name: String, value: String), _ isFirst: inout Bool, _ writer: inout LabelWriter
    ) {
        begin(Array(label.name.utf8)[...], &isFirst, &writer)
        writer.append(label.value)
        writer.append(raw: UInt8(ascii: "\""))
    }

    private func begin(_ name: ArraySlice<UInt8>, _ isFirst: inout Bool, _ writer: inout LabelWriter) {
        if !isFirst { writer.append(raw: UInt8(ascii: ",")) }
        isFirst = false
        if labels.validation == .legacy {
            for byte in name { writer.append(raw: byte) }
        } else {
            var quoted: [UInt8] = []
            PrometheusName.appendLabelName(name, to: &quoted)
            writer.append(raw: quoted)
        }
        writer.append(raw: UInt8(ascii: "="))
        writer.append(raw: UInt8(ascii: "\""))
    }
}

extension LabelText {
    /// Negative where the name at `left` comes first, 0 where both are the same.
    private func compare(_ left: Range<Int>, _ right: Range<Int>) -> Int {
        for offset in 0..<min(left.count, right.count) {
            let (first, second) = (names[left.lowerBound + offset], names[right.lowerBound + offset])
            if first != second { return Int(first) - Int(second) }
        }
        return left.count - right.count
    }

    private mutating func sort() {
        // A copy, since the comparison reads the names. Of two equal names, the later tag has its value at a higher offset.
        tags = tags.sorted { left, right in
            let order = compare(left.name, right.name)
            return order == 0 ? left.value.lowerBound < right.value.lowerBound : order < 0
        }
    }

    /// Brings the tags into the order of their names; of several with the same name the last one stays.
    private mutating func sortOut() {
        sort()
        var kept = 0
        for index in tags.indices {
            let next = index + 1
            if next < tags.count, compare(tags[index].name, tags[next].name) == 0 { continue }
            tags[kept] = tags[index]
            kept += 1
        }
        tags.removeLast(tags.count - kept)
    }

    /// Drops tags that a server without UTF-8 names takes for one of `own`, and of several that it takes for one all but the last.
    private mutating func dropTwins(of own: [(name: String, value: String)]) {
        let others = Set(own.map { LabelNames.legacy(Array($0.name.utf8)[...]) })
        var last: [[UInt8]: Int] = [:]
        for tag in tags {
            let name = LabelNames.legacy(names[tag.name])
            last[name] = max(last[name] ?? 0, tag.value.lowerBound)
        }
        tags.removeAll { tag in
            let name = LabelNames.legacy(names[tag.name])
            return others.contains(name) || last[name] != tag.value.lowerBound
        }
    }

    /// Gives other names to tags whose own are not free.
    private mutating func renameReserved(beside own: [(name: String, value: String)]) {
        var renamed: [(index: Int, name: [UInt8])] = []
        var taken: Set<[UInt8]> = []
        for index in tags.indices where tags[index].isReserved {
            let name = labels.exported(names[tags[index].name]) { name in
                taken.contains(name) || isTag(name)
                    || own.contains { name.elementsEqual($0.name.utf8) }
            }
            taken.insert(name)
            renamed.append((index, name))
        }
        for (index, name) in renamed {
            let start = names.count
            names += name
            tags[index].name = start..<names.count
        }
        sort()
    }

    /// Whether a tag has that name, while all are in order.
    private func isTag(_ name: [UInt8]) -> Bool {
        var candidates = tags.indices
        while let first = candidates.first {
            let middle = first + candidates.count / 2
            let other = names[tags[middle].name]
            if other.elementsEqual(name) { return true }
            candidates =
                other.lexicographicallyPrecedes(name)
                ? middle + 1..<candidates.upperBound : first..<middle
        }
        return false
    }
}
