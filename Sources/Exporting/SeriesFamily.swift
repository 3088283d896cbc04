public import TelemetryMetrics

/// One metric whose series are taken directly, without an event.
///
/// Thread-safe; copies are the same metric.
public struct SeriesFamily: Sendable {
    private let family: Family
    /// To the same, for recording.
    @usableFromInline let recorder: DirectRecorder
    /// What its values are in, as the definition or the name says; nil where neither does.
    @usableFromInline let unit: MetricUnit?

    init(_ family: Family) {
        self.family = family
        recorder = DirectRecorder(family)
        unit = family.definition.unit ?? MetricUnit.ending(family.definition.name)
    }

    /// The series of the label values, in the order of the labels; it exists from now on and is never expired.
    ///
    /// Past the series limit it is the overflow series.
    /// - Throws: where the number of values is another one than that of the labels, or there is no memory.
    public func series(_ labels: String...) throws(ExporterError) -> SeriesHandle { try series(labels) }

    /// The series of the label values, in the order of the labels; it exists from now on and is never expired.
    ///
    /// - Throws: where the number of values is another one than that of the labels, or there is no memory.
    public func series(_ labels: [String]) throws(ExporterError) -> SeriesHandle {
        let name = family.definition.name
        guard labels.count == family.definition.labels.count else {
            throw .wrongLabelCount(
                metric: name, expected: family.definition.labels.count, given: labels.count)
        }
        guard let handle = family.handle(labels: labels) else { throw .storeFull(metric: name) }
        return handle
    }

    /// Removes the series of the label values; it begins anew with the next event that has them.
    ///
    /// - Returns: false where there is none, or where somebody holds it.
    @discardableResult
    public func remove(_ labels: String...) -> Bool { remove(labels) }

    /// Removes the series of the label values; it begins anew with the next event that has them.
    ///
    /// - Returns: false where there is none, or where somebody holds it.
    @discardableResult
    public func remove(_ labels: [String]) -> Bool {
        labels.count == family.definition.labels.count && family.remove(labels: labels)
    }
}
