import Arena
package import TelemetryMetrics

/// Writes all metrics of a store as one page.
///
/// A page is a copy of prepared text with the numbers of the moment between; series come in the order of their creation,
/// metrics in the order of their names.
package struct PageRenderer: Sendable {
    private let store: MetricStore
    private let format: ExpositionFormat
    private let showsCreated: Bool

    /// Renders `store` in `format`.
    ///
    /// - Parameter showsCreated: whether OpenMetrics says when series began, which Prometheus 2 stores as a series of its own
    ///   for each; protobuf always says it, and the text format never.
    package init(_ store: MetricStore, format: ExpositionFormat, showsCreated: Bool = false) {
        self.store = store
        self.format = format
        self.showsCreated = showsCreated
    }

    /// Appends the page to `page`.
    package func render(into page: inout TextBuffer) {
        store.clock.followWallClock()
        store.collect()
        switch format {
        case .text, .openMetrics:
            let writer = TextFamilyWriter(
                format: format, constantLabels: store.constantLabels, showsCreated: showsCreated)
            write(by: writer, into: &page)
        case .protobuf:
            write(by: ProtobufFamilyWriter(constantLabels: store.constantLabels), into: &page)
        }
    }

    /// The whole page.
    package func bytes() -> [UInt8] {
        var page = TextBuffer()
        render(into: &page)
        return page.bytes()
    }

    private func write(by writer: consuming some FamilyWriter, into page: inout TextBuffer) {
        for family in store.families { writer.write(family, into: &page) }
        writer.finish(&page)
    }
}

/// Writes metrics in one format, one after the other; made for one page.
protocol FamilyWriter {
    /// Appends the metric with all its series, and nothing where it has none.
    mutating func write(_ family: Family, into page: inout TextBuffer)

    /// Appends what stands after the last metric.
    func finish(_ page: inout TextBuffer)
}
