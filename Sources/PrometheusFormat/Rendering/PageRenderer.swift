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

    /// Begins a page of the metrics that there are now, whose values are collected now and read once they are written.
    package func begin() -> PageCursor {
        store.clock.followWallClock()
        store.collect()
        switch format {
        case .text, .openMetrics:
            return PageCursor(
                store.families,
                by: TextFamilyWriter(
                    format: format, constantLabels: store.constantLabels, showsCreated: showsCreated))
        case .protobuf:
            return PageCursor(store.families, by: ProtobufFamilyWriter(constantLabels: store.constantLabels))
        }
    }

    /// The whole page.
    package func bytes() -> [UInt8] {
        var page: [UInt8] = []
        var cursor = begin()
        var piece = TextBuffer()
        var hasMore = true
        while hasMore {
            hasMore = cursor.write(into: &piece, atLeast: Self.pieceSize)
            piece.append(to: &page)
            piece.removeAll()
        }
        return page
    }

    /// Bytes of a piece of a page, as far as there are so many.
    package static let pieceSize = 64 << 10
}
