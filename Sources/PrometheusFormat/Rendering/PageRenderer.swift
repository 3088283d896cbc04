package import TelemetryMetrics

/// Writes all metrics of a store, or some of them, as one page.
///
/// A page is a copy of prepared text with the numbers of the moment between; series come in the order of their creation,
/// metrics in the order of their names.
package struct PageRenderer: Sendable {
    private let store: MetricStore
    private let kind: PreparedPages.Kind
    private let names: Set<String>
    private let pages: PreparedPages?

    /// Renders `store` in `format`.
    ///
    /// - Parameters:
    ///   - escaping: how names outside of the legacy character set stand there.
    ///   - showsCreated: whether OpenMetrics says when series began, which Prometheus 2 stores as a series of its own for each; protobuf
    ///     always says it, and the text format never.
    ///   - names: the metrics that are shown, all where it is empty, by their names or as the page escapes these; a counter also
    ///     without its `_total`, as OpenMetrics calls it.
    ///   - pages: where pages of the store keep what they have in common.
    package init(
        _ store: MetricStore, format: ExpositionFormat, escaping: NameEscaping = .underscores,
        showsCreated: Bool = false, names: Set<String> = [], pages: PreparedPages? = nil
    ) {
        self.store = store
        kind = PreparedPages.Kind(page: PageFormat(format, escaping), showsCreated: showsCreated)
        self.names = names
        self.pages = pages
    }

    /// Begins a page of the metrics that there are now, whose values are collected now and read once they are written.
    ///
    /// What is not collected before `deadline` is left out.
    package func begin(
        collectingUntil deadline: ContinuousClock.Instant = .now + MetricStore.standardCollectorTimeout
    ) -> PageCursor {
        store.clock.followWallClock()
        return cursor(without: store.collect(until: deadline))
    }

    /// The same for a thread that must not wait: `goOn` gets the page, within this call or on a thread of the collectors.
    package func begin(
        collectingUntil deadline: ContinuousClock.Instant, then goOn: @escaping @Sendable (PageCursor) -> Void
    ) {
        store.clock.followWallClock()
        store.collect(until: deadline) { late in goOn(cursor(without: late)) }
    }

    private func cursor(without late: [Family]) -> PageCursor {
        switch kind.page.format {
        case .text, .text1, .openMetrics:
            let writer = TextFamilyWriter(
                format: kind.page.format, escaping: kind.page.escaping,
                constantLabels: store.constantLabels, showsCreated: kind.showsCreated)
            return PageCursor(progress(without: late, by: writer))
        case .protobuf:
            let writer = ProtobufFamilyWriter(
                constantLabels: store.constantLabels, escaping: kind.page.escaping)
            return PageCursor(progress(without: late, by: writer))
        }
    }

    private func progress<Writer: FamilyWriter>(
        without late: [Family], by writer: Writer
    ) -> FamilyProgress<Writer> {
        guard names.isEmpty else { return FamilyProgress(named, without: late, by: writer) }
        let (families, number) = store.numberedFamilies
        let prepared = pages?.prepared(families, number: number, for: kind, by: writer) ?? []
        return FamilyProgress(families, without: late, by: writer, prepared: prepared)
    }

    /// The metrics of the names, in order.
    private var named: [Family] {
        var found: [String: Family] = [:]
        for name in names {
            for suffix in ["", "_total", "_info"] {
                guard let family = store.family(named: name + suffix) else { continue }
                if suffix.isEmpty || family.nameSuffix == suffix { found[family.name] = family }
            }
        }
        if store.names == .utf8 {
            for family in store.families where !family.hasLegacyName && isNamedAsEscaped(family) {
                found[family.name] = family
            }
        }
        return found.values.sorted { $0.name < $1.name }
    }

    private func isNamedAsEscaped(_ family: Family) -> Bool {
        let name = FamilyNames(family, kind.page.escaping).name
        return names.contains(name)
            || names.contains(String(Substring(name.utf8.dropLast(family.nameSuffix.utf8.count))))
    }

    /// The whole page; what is not collected before `deadline` is left out.
    package func bytes(
        collectingUntil deadline: ContinuousClock.Instant = .now + MetricStore.standardCollectorTimeout
    ) -> [UInt8] {
        var page: [UInt8] = []
        var cursor = begin(collectingUntil: deadline)
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
