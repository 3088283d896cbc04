import Arena
import Telemetry

/// Recording into series that are looked up by their labels' values, without an event.
extension Family {
    /// Adds one to the series of the values, `count` of them, as `LabelWriter.withValues` gives them.
    @inline(__always)
    fileprivate func increment(_ values: borrowing RawSpan, count: Int) {
        guard count == series.table.labelCount else { return reject(.wrongLabels) }
        guard stored.value.isTotal else { return reject(.wrongKind) }
        let ticket = series.readers.enter()
        defer { series.readers.leave(ticket) }
        let isCounted = series.update(values: values) { row in
            series.cells(of: row).add(1 as UInt64, at: stored.value.first)
            return stored.value.bit
        }
        if !isCounted { reject(.storeFull) }
    }

    /// Records `value` into the series of the values, as `increment` does.
    @inline(__always)
    fileprivate func record(_ value: Double, _ values: borrowing RawSpan, count: Int) {
        guard count == series.table.labelCount else { return reject(.wrongLabels) }
        if let rejection = stored.check(value) { return reject(rejection) }
        let ticket = series.readers.enter()
        defer { series.readers.leave(ticket) }
        var rejection: Rejection?
        let hasRow = series.update(values: values) { row in
            rejection = stored.record(value, in: row, series.cells(of: row), series)
            return rejection == nil ? stored.value.bit : 0
        }
        if let rejection = hasRow ? rejection : .storeFull { reject(rejection) }
    }
}

extension Family {
    /// Moves a gauge in the series of the values, as `increment` does; one that is new begins at zero.
    @inline(__always)
    fileprivate func move(by delta: Double, _ values: borrowing RawSpan, count: Int) {
        guard count == series.table.labelCount else { return reject(.wrongLabels) }
        guard stored.value.kind == .gauge else { return reject(.wrongKind) }
        guard delta.isFinite else { return reject(.notFinite) }
        let ticket = series.readers.enter()
        defer { series.readers.leave(ticket) }
        var isMoved = true
        let hasRow = series.update(values: values) { row in
            isMoved = row.cell(stored.value.rest).add(delta)
            return stored.value.bit
        }
        if !hasRow { reject(.storeFull) } else if !isMoved { reject(.overflow) }
    }
}

/// Records into a family that somebody else keeps.
@usableFromInline
package struct DirectRecorder: Sendable {
    private let family: UncountedReference<Family>

    package init(_ family: Family) { self.family = UncountedReference(family) }

    /// Adds one to the series of the values, `count` of them, as `LabelWriter.withValues` gives them.
    @usableFromInline
    package func increment(_ values: borrowing RawSpan, count: Int) {
        family.use { $0.increment(values, count: count) }
    }

    /// Counts that there was nothing to record.
    @usableFromInline
    package func rejectMissing() { family.use { $0.reject(.missingMeasurement) } }

    /// Counts that what was to be recorded is of another kind than the metric.
    @usableFromInline
    package func rejectKind() { family.use { $0.reject(.wrongKind) } }

    /// Moves a gauge in the series of the values, as `increment` does.
    @usableFromInline
    package func move(by delta: Double, _ values: borrowing RawSpan, count: Int) {
        family.use { $0.move(by: delta, values, count: count) }
    }

    /// Records `value` into the series of the values, as `increment` does.
    @usableFromInline
    package func record(_ value: Double, _ values: borrowing RawSpan, count: Int) {
        family.use { $0.record(value, values, count: count) }
    }
}
