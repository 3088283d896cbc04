import Arena
import Linux
import Telemetry

extension Family {
    /// The label text of `values`, which go with the labels of the definition in order.
    private func withText<Result>(
        _ values: [String], _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        LabelWriter.withText(
            { writer in
                for (index, (name, value)) in zip(definition.labels, values).enumerated() {
                    writer.append(raw: Array("\(index == 0 ? "" : ",")\(name)=\"".utf8))
                    writer.append(value)
                    writer.append(raw: UInt8(ascii: "\""))
                }
            }, body)
    }

    /// A handle on the series of the label values, in the order of the definition, which exists from now on and stays.
    ///
    /// Nil where there is no memory for it. Past the series limit it is a handle on the overflow series.
    package func handle(labels values: [String]) -> SeriesHandle? {
        guard let row = withText(values, { series.pinnedRow(for: $0) }) else { return nil }
        row.present.set(bit)
        return SeriesHandle(family: self, row: row)
    }

    /// Makes the one series of a metric without labels exist at zero; a gauge has no value before its first.
    func showZero() {
        guard definition.labels.isEmpty, definition.kind != .gauge else { return }
        update(labels: []) { $0.present.set(bit) }
    }

    /// Sets a total or a gauge to a value that exists elsewhere; what it can't be is counted as rejected.
    package func replace(with value: Double, labels values: [String]) {
        if let rejection = check(value) { return rejections.add(rejection) }
        // A total is kept in one cell, so that no reader finds a part of the old value beside a part of the new one.
        let cell = definition.kind == .gauge ? firstCell : firstCell + 1
        update(labels: values) { row in
            row.cell(cell).double = value
            row.present.set(bit)
        }
    }

    /// Adds `count` to a total, in a series that is looked up.
    package func add(_ count: UInt64, labels values: [String]) {
        update(labels: values) { row in
            row.cell(firstCell).add(count)
            row.present.set(bit)
        }
    }

    private func update(labels values: [String], _ change: (Row) -> Void) {
        ReadDomain.shared.read {
            var isRecorded = false
            while !isRecorded {
                guard let row = withText(values, { series.row(for: $0) }) else {
                    return rejections.add(.storeFull)
                }
                change(row)
                isRecorded = row.touch()
            }
        }
    }
}

/// One series that is held: recording into it looks nothing up.
///
/// Copies are handles on the same series. Thread-safe. The series stays as long as the store.
public struct SeriesHandle: Sendable {
    package let family: Family
    let row: Row

    /// Records `value`, in the unit of the metric, as the metric's kind has it; what it can't be is counted as rejected.
    public func record(_ value: Double) {
        if let rejection = family.check(value) ?? family.record(value, in: row) {
            family.rejections.add(rejection)
        }
    }

    /// Adds one to a counter or sum.
    public func increment() {
        family.increment(row)
    }

    /// Moves a gauge.
    public func move(by delta: Double) {
        family.move(by: delta, in: row)
    }
}

extension SeriesHandle {
    /// Adds whole numbers to a counter or sum; what is negative is counted as rejected.
    package func add(_ amount: Int64) {
        guard 0..<Int64(Self.firstLarge) ~= amount else { return add(Double(amount)) }
        row.cell(family.firstCell).add(UInt64(amount))
        row.present.set(family.bit)
    }

    /// Adds to a counter or sum; what is negative or not finite is counted as rejected.
    package func add(_ amount: Double) {
        if let rejection = family.check(amount) { return family.rejections.add(rejection) }
        if amount < Self.firstLarge, let whole = UInt64(exactly: amount) {
            row.cell(family.firstCell).add(whole)
        } else {
            row.cell(family.firstCell + 1).add(amount)
        }
        row.present.set(family.bit)
    }

    /// Whole numbers from this one on are added up as doubles, so that no few of them make the total wrap around.
    private static var firstLarge: Double { 0x1p32 }

    /// Sets a counter or sum to zero.
    package func reset() {
        row.cell(family.firstCell).bits = 0
        row.cell(family.firstCell + 1).bits = 0
    }
}

/// Series with counted holders, which are removed with the last one; for metrics that are alone in their table.
///
/// The calls for one metric must not overlap one another; recording may overlap them.
extension Family {
    /// Holders are counted in the upper half of a row's `present`, where a metric alone has no bits.
    fileprivate static var holder: UInt64 { 1 << 32 }

    /// A handle on the series of the label text with one more holder, who gives it back with `release`.
    ///
    /// All but gauges are shown from now on. Nil where there is no memory.
    package func hold(_ text: borrowing RawSpan) -> SeriesHandle? {
        guard let row = series.pinnedRow(for: text) else { return nil }
        row.present.add(Self.holder)
        if definition.kind != .gauge { row.present.set(bit) }
        return SeriesHandle(family: self, row: row)
    }
}

extension SeriesHandle {
    /// Takes back one holder, and clears and hides the series where it was the last one, the overflow series never.
    ///
    /// The handle stays valid until it is released.
    package func end() {
        row.present.add(0 &- Family.holder)
        guard row.present.bits < Family.holder, !isOverflow else { return }
        row.present.bits = 0
        for index in 0..<family.series.table.cellCount { row.cell(index).bits = 0 }
    }

    /// Gives back the handle, with its holder where it was not ended; the last one removes a series without a value.
    package func release(wasEnded: Bool) {
        if !wasEnded { row.present.add(0 &- Family.holder) }
        let table = family.series.table
        ReadDomain.shared.read {
            // It was in use until now, whether it was found so or not: its expiry begins here.
            _ = row.touch()
            row.unpin()
            guard row.present.bits == 0 else { return }
            row.withText(cellCount: table.cellCount) { _ = table.remove($0) }
        }
    }

    private var isOverflow: Bool {
        row.withText(cellCount: family.series.table.cellCount) { text in
            guard text.byteCount == SeriesTable.overflowText.count else { return false }
            for (offset, byte) in SeriesTable.overflowText.enumerated() where text[byte: offset] != byte {
                return false
            }
            return true
        }
    }
}
