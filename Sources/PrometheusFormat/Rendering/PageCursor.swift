import TelemetryMetrics

/// A page that is written piece by piece, with pauses of any length between.
///
/// While it pauses, it is in nobody's way: it holds no lock, and delays nothing that is given back but for one block of series. A
/// metric that leaves the store meanwhile stays until the page has passed it. For one thread at a time.
package struct PageCursor: Sendable {
    // Not behind a protocol: each is compiled for its format, so that nothing is counted or looked up for a metric. One of them is there.
    private var text: FamilyProgress<TextFamilyWriter>?
    private var protobuf: FamilyProgress<ProtobufFamilyWriter>?

    init(_ text: FamilyProgress<TextFamilyWriter>) { self.text = text }

    init(_ protobuf: FamilyProgress<ProtobufFamilyWriter>) { self.protobuf = protobuf }

    /// Appends at least so many bytes, as far as there are some, and not many more; whether there are others.
    package mutating func write(into page: inout TextBuffer, atLeast byteCount: Int) -> Bool {
        text?.write(into: &page, atLeast: byteCount)
            ?? protobuf?.write(into: &page, atLeast: byteCount) ?? false
    }
}

/// How far a page has come.
struct FamilyProgress<Writer: FamilyWriter>: Sendable {
    /// All metrics in order up to the first pause, and then those that were not begun, the next one last.
    ///
    /// One that was passed may have left the store during a pause, and is given back.
    private var families: [Family]
    private var hasPaused = false
    private let late: [Family]
    private let prepared: [Writer.Prepared]
    private var writer: Writer
    /// How many were begun or are late.
    private var passed = 0
    private var current: (metric: Writer.Prepared, family: Family, scan: SeriesScan)?
    private var isFinished = false

    /// A page of `families`, but for those that are `late`; of the first ones, what is `prepared` is what the writer makes of them.
    init(_ families: [Family], without late: [Family], by writer: Writer, prepared: [Writer.Prepared] = []) {
        self.families = families
        self.late = late
        self.prepared = prepared
        self.writer = writer
    }

    mutating func write(into page: inout TextBuffer, atLeast byteCount: Int) -> Bool {
        let end = page.count + byteCount
        if case (let metric, let family, var scan)? = current.take() {
            let hasMore = writer.write(
                metric, of: family, isBegun: true, &scan, into: &page, until: end)
            if hasMore { current = (metric, family, scan) }
        }
        while page.count < end {
            guard let family = nextFamily() else {
                if !isFinished { writer.finish(&page) }
                isFinished = true
                return false
            }
            let metric = passed <= prepared.count ? prepared[passed - 1] : writer.prepare(family)
            var scan = SeriesScan(family)
            let hasMore = writer.write(
                metric, of: family, isBegun: false, &scan, into: &page, until: end)
            if hasMore { current = (metric, family, scan) }
        }
        pause()
        return true
    }

    private mutating func nextFamily() -> Family? {
        while true {
            let next = hasPaused ? families.popLast() : passed < families.count ? families[passed] : nil
            guard let next else { return nil }
            passed += 1
            if late.isEmpty || !late.contains(where: { $0 === next }) { return next }
        }
    }

    private mutating func pause() {
        guard !hasPaused else { return }
        families = families[passed...].reversed()
        hasPaused = true
    }
}
