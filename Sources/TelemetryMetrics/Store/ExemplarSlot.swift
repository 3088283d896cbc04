import Arena

/// Room for one exemplar, behind a sequence number that is odd while a thread writes it (a seqlock).
struct ExemplarSlot {
    /// Cells per slot: the sequence number, an exemplar, and which observations are looked at.
    static let cellCount = 7

    private let block: Block
    private let first: Int

    @inline(__always)
    init(_ number: Int, of block: Block) {
        self.block = block
        first = number &* Self.cellCount
    }

    private var sequence: Cell { block.cell(first) }

    /// Which observations of the slot's buckets are looked at.
    @inline(__always)
    var sampling: TraceSampling { TraceSampling(block.cell(first &+ 6)) }

    /// Whether there is no exemplar, or one that is as old as exemplars become.
    func isDue(at now: UInt64) -> Bool {
        let last = block.cell(first + 2).bits
        return last == 0 || now < last || now - last >= TraceSampling.interval
    }

    /// Replaces the exemplar, unless another thread is doing that.
    func write(_ exemplar: Exemplar) {
        let old = sequence.acquire()
        guard old & 1 == 0, sequence.replace(old, by: old + 1) else { return }
        block.cell(first + 1).double = exemplar.value
        block.cell(first + 2).bits = exemplar.milliseconds
        block.cell(first + 3).bits = exemplar.traceHigh
        block.cell(first + 4).bits = exemplar.traceLow
        block.cell(first + 5).bits = exemplar.spanID
        _ = sequence.replace(old + 1, by: old + 2)
    }

    /// Takes the exemplar away, by one of no milliseconds.
    func clear() { write(Exemplar(value: 0, milliseconds: 0, traceHigh: 0, traceLow: 0, spanID: 0)) }

    /// The exemplar; nil where there is none, or where it is being written.
    func read() -> Exemplar? {
        let before = sequence.acquire()
        guard before > 0, before & 1 == 0 else { return nil }
        let exemplar = Exemplar(
            value: block.cell(first + 1).double, milliseconds: block.cell(first + 2).bits,
            traceHigh: block.cell(first + 3).bits, traceLow: block.cell(first + 4).bits,
            spanID: block.cell(first + 5).bits)
        // A store of the same value: the loads above stand before it.
        guard sequence.replace(before, by: before), exemplar.milliseconds > 0 else { return nil }
        return exemplar
    }
}
