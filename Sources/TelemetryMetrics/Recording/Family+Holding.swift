import Arena
import Telemetry

/// Series with counted holders, which are removed with the last one; for metrics that are alone in their table.
///
/// The calls for one metric must not overlap one another; recording may overlap them.
extension Family {
    /// Holders are counted in the upper half of a row's `present`, where a metric alone has no bits.
    fileprivate static var holder: UInt64 { 1 << 32 }

    /// A handle on the series of the label text, which counts as one more holder until `release`.
    ///
    /// All but gauges are shown from now on. Nil where there is no memory.
    package func hold(_ text: borrowing RawSpan) -> SeriesHandle? {
        guard let row = series.pinned({ series.row(for: text) }) else { return nil }
        row.present.add(Self.holder)
        if definition.kind != .gauge { row.present.set(layout.bit) }
        return SeriesHandle(family: self, row: row)
    }
}

extension SeriesHandle {
    /// Removes one holder; the last one clears and hides the series, unless it is the overflow series.
    ///
    /// The handle stays valid until it is released.
    package func end() {
        row.present.add(0 &- Family.holder)
        guard row.present.bits < Family.holder, !isOverflow else { return }
        row.present.bits = 0
        family.layout.clear(row, family.definition, in: family.series)
    }

    /// Gives back the handle, with its holder where it was not ended; the last one removes a series without a value.
    package func release(wasEnded: Bool) {
        if !wasEnded { row.present.add(0 &- Family.holder) }
        ReclamationDomain.shared.read {
            // It was in use until now, whether it was found so or not: its expiry begins here.
            _ = row.touch()
            row.unpin()
            guard row.present.bits == 0 else { return }
            family.series.remove(row)
        }
    }

    private var isOverflow: Bool { family.series.isOverflow(row) }
}
