package import TelemetryMetrics

/// Writes all metrics of a store as one page.
///
/// A page is a copy of prepared text with the numbers of the moment between; series come in the order of their creation,
/// metrics in the order of their names.
package struct PageRenderer: Sendable {
    private let store: MetricStore
    private let format: ExpositionFormat
    private let escaping: NameEscaping
    private let showsCreated: Bool
    private let names: Set<String>

    /// Renders `store` in `format`.
    ///
    /// - Parameters:
    ///   - escaping: how names outside of the legacy character set stand there.
    ///   - showsCreated: whether OpenMetrics says when series began, which Prometheus 2 stores as a series of its own for each; protobuf
    ///     always says it, and the text format never.
    ///   - names: the metrics that are shown, all where it is empty; a counter also without its `_total`, as OpenMetrics calls it.
    package init(
        _ store: MetricStore, format: ExpositionFormat, escaping: NameEscaping = .underscores,
        showsCreated: Bool = false, names: Set<String> = []
    ) {
        self.store = store
        self.format = format
        self.escaping = escaping
        self.showsCreated = showsCreated
        self.names = names
    }

    /// Begins a page of the metrics that there are now, whose values are collected now and read once they are written.
    ///
    /// What is not collected before `deadline` is left out.
    package func begin(
        collectingUntil deadline: ContinuousClock.Instant = .now + MetricStore.standardCollectorTimeout
    ) -> PageCursor {
        store.clock.followWallClock()
        let late = store.collect(until: deadline)
        var families = names.isEmpty ? store.families : store.families.filter(isShown)
        if !late.isEmpty { families.removeAll { family in late.contains { $0 === family } } }
        switch format {
        case .text, .text1, .openMetrics:
            return PageCursor(
                families,
                by: TextFamilyWriter(
                    format: format, escaping: escaping, constantLabels: store.constantLabels,
                    showsCreated: showsCreated))
        case .protobuf:
            return PageCursor(
                families, by: ProtobufFamilyWriter(constantLabels: store.constantLabels, escaping: escaping))
        }
    }

    private func isShown(_ family: Family) -> Bool {
        names.contains(family.name) || names.contains(family.baseName)
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
