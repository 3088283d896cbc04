import TelemetryMetrics

/// A page that is written piece by piece, with pauses of any length between.
///
/// While it pauses, it is in nobody's way: it holds no lock, and delays nothing that is given back but for one block of series. A
/// metric that leaves the store meanwhile stays until the page has passed it. For one thread at a time.
package struct PageCursor: Sendable {
    private var progress: any PageProgress

    init(_ families: [Family], by writer: some FamilyWriter) {
        progress = FamilyProgress(families, by: writer)
    }

    /// Appends at least so many bytes, as far as there are some, and not many more; whether there are others.
    package mutating func write(into page: inout TextBuffer, atLeast byteCount: Int) -> Bool {
        progress.write(into: &page, atLeast: byteCount)
    }
}

/// `PageCursor` in one format.
private protocol PageProgress: Sendable {
    mutating func write(into page: inout TextBuffer, atLeast byteCount: Int) -> Bool
}

private struct FamilyProgress<Writer: FamilyWriter>: PageProgress {
    /// Those that were not begun, the next one last.
    private var families: [Family]
    private var scan: SeriesScan?
    private var writer: Writer
    private var isFinished = false

    init(_ families: [Family], by writer: Writer) {
        self.families = families.reversed()
        self.writer = writer
    }

    mutating func write(into page: inout TextBuffer, atLeast byteCount: Int) -> Bool {
        let end = page.count + byteCount
        while page.count < end {
            guard beginFamily() else {
                if !isFinished { writer.finish(&page) }
                isFinished = true
                return false
            }
            if writeSeries(into: &page, until: end) { continue }
            writer.end(&page)
            scan = nil
        }
        return true
    }

    /// Goes on to the next family unless one is begun; false where all are written.
    private mutating func beginFamily() -> Bool {
        if scan != nil { return true }
        guard let next = families.popLast() else { return false }
        writer.begin(next)
        scan = SeriesScan(next)
        return true
    }

    private mutating func writeSeries(into page: inout TextBuffer, until end: Int) -> Bool {
        scan?.resume { labels, shown in
            writer.write(shown, labels: labels, into: &page)
            return page.count < end
        } ?? false
    }
}

/// Writes metrics in one format, one after the other; made for one page.
protocol FamilyWriter: Sendable {
    /// The metric whose series come next.
    mutating func begin(_ family: Family)

    /// Appends a series, with what stands before the first one of a metric.
    mutating func write(_ shown: ShownSeries, labels: borrowing RawSpan, into page: inout TextBuffer)

    /// Appends what stands behind the last series of the metric, and nothing where it has none.
    mutating func end(_ page: inout TextBuffer)

    /// Appends what stands after the last metric.
    func finish(_ page: inout TextBuffer)
}
