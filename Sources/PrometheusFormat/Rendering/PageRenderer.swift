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
        render(into: &page) { _ in }
    }

    /// The whole page.
    ///
    /// - Parameter byteCount: what it will have, as far as is known; a page that has hardly more is never in memory twice.
    package func bytes(expecting byteCount: Int = 0) -> [UInt8] {
        var page: [UInt8] = []
        page.reserveCapacity(byteCount + byteCount / 16)
        var piece = TextBuffer()
        render(into: &piece) { piece in
            guard piece.count >= Self.pieceSize else { return }
            piece.append(to: &page)
            piece.removeAll()
        }
        piece.append(to: &page)
        return page
    }

    private static let pieceSize = 64 << 10

    /// Calls `body` after each metric.
    private func render(into page: inout TextBuffer, _ body: (inout TextBuffer) -> Void) {
        store.clock.followWallClock()
        store.collect()
        switch format {
        case .text, .openMetrics:
            let writer = TextFamilyWriter(
                format: format, constantLabels: store.constantLabels, showsCreated: showsCreated)
            write(by: writer, into: &page, body)
        case .protobuf:
            write(by: ProtobufFamilyWriter(constantLabels: store.constantLabels), into: &page, body)
        }
    }

    private func write(
        by writer: consuming some FamilyWriter, into page: inout TextBuffer,
        _ body: (inout TextBuffer) -> Void
    ) {
        for family in store.families {
            writer.write(family, into: &page)
            body(&page)
        }
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
