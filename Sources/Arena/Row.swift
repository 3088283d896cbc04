public import Glibc
public import Synchronization

/// One record of a table: its label text, and a fixed number of cells beside it.
///
/// A row stays valid while its reader is inside the reclamation domain of its table's owner, or holds a pin.
@safe
@frozen
public struct Row: @unchecked Sendable {
    // Unchecked because of the pointer: the text and the 16 bytes before it are written before the row is published, all
    // else is atomic, and readers keep the row from being recycled.
    @usableFromInline let pointer: UnsafeMutableRawPointer

    /// Where the parts of a row lie, in bytes: a header, the cells, 16 bytes about the text, the text.
    @usableFromInline
    enum Layout {
        @inlinable static var state: Int { 0 }
        static var pins: Int { 8 }
        @inlinable static var scanEpoch: Int { 12 }
        @inlinable static var present: Int { 16 }
        @inlinable static var created: Int { 24 }
        @inlinable static var copies: Int { 32 }
        @inlinable static var heat: Int { 36 }
        @inlinable static var cells: Int { 40 }
        /// Of the 16 bytes behind the cells; the hash never changes while the row can be found, see `Table.hasValues`.
        @inlinable static var byteSize: Int { 0 }
        @inlinable static var textLength: Int { 4 }
        @inlinable static var hash: Int { 8 }
        @inlinable static var text: Int { 16 }
    }

    /// The life of a row, in the low two bits of its state; see `Table.sweep`.
    @usableFromInline
    enum State {
        /// Updated since the last sweep; the other bits are zero.
        @inlinable static var live: UInt64 { 1 }
        /// Not updated since the sweep at the millisecond that the other bits hold.
        static let idle: UInt64 = 2
        /// Removed: it is in no index, and what was added to it since must be added to another row.
        @inlinable static var dead: UInt64 { 3 }
    }

    @inlinable
    init(_ pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// The cell at `index`, below the cell count of the table.
    @inlinable
    public func cell(_ index: Int) -> Cell {
        word(at: Layout.cells &+ index &* 8)
    }

    /// All cells of the row itself, which all threads may write.
    @inlinable
    public var cells: Cells { unsafe Cells(pointer + Layout.cells, isThreadExclusive: false) }

    /// One bit per column that has a value.
    @inlinable
    public var present: Cell { word(at: Layout.present) }

    /// Keeps the row from being removed, until it is unpinned; false where it had ended before.
    package func pin() -> Bool {
        // Sequentially consistent, as in `end`: either this thread sees that the row ended, or `end` sees the pin.
        unsafe pins.pointer.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
        _ = unsafe state.pointer.pointee.load(ordering: .sequentiallyConsistent)
        if touch() { return true }
        unpin()
        return false
    }

    /// Takes back one pin.
    package func unpin() { pins.add(UInt32.max) }

    var pins: HalfCell { half(at: Layout.pins) }

    /// Which scan through the table was the last to begin before the row was made.
    @inlinable
    var scanEpoch: UInt32 { unsafe pointer.load(fromByteOffset: Layout.scanEpoch, as: UInt32.self) }

    /// When the row was created, in milliseconds as the caller of `Table.insert` counts them.
    @inlinable
    package var created: UInt64 { unsafe pointer.load(fromByteOffset: Layout.created, as: UInt64.self) }

    /// Tells rows apart that can be found; one that is made later may have that of one that ended.
    package var place: UInt { unsafe UInt(bitPattern: pointer) }

    /// Whether this is the same record as `other`.
    package func isSame(as other: Row) -> Bool { unsafe pointer == other.pointer }

    /// Notes that the row was updated; false where it was removed meanwhile, so that the update is lost.
    @inlinable
    public func touch() -> Bool {
        if word(at: Layout.state).bits == State.live { return true }
        return revive()
    }

    @usableFromInline func revive() -> Bool {
        while true {
            let bits = state.bits
            if bits == State.live { return true }
            guard bits & 3 == State.idle else { return false }
            if state.replace(bits, by: State.live) { return true }
        }
    }

    /// Ends the row where it was not updated for `lifetime` milliseconds; true where this call ended it.
    ///
    /// Otherwise it notes at `now`, in milliseconds, whether the row was updated since the last sweep.
    /// An update may race with the end. The updater touches the row *after* it has added to a cell; if the row is dead by then,
    /// it adds again in a new row. So no update is lost, and none counts twice.
    func sweep(now: UInt64, lifetime: UInt64) -> Bool {
        let bits = state.bits
        if bits == State.live {
            _ = demote(at: now)
            return false
        }
        // A clock that was set back expires no row.
        guard bits & 3 == State.idle, now >= bits >> 2, now - bits >> 2 >= lifetime, !isPinned else {
            return false
        }
        return state.replace(bits, by: State.dead)
    }

    /// For how many milliseconds the row was not updated, as far as the calls of this and of sweeps tell: 0 for a row that was since
    /// the last one, which begins to be idle `now`.
    package func idleTime(at now: UInt64) -> UInt64 {
        let bits = state.bits
        if bits == State.live {
            _ = demote(at: now)
            return 0
        }
        guard bits & 3 == State.idle, now >= bits >> 2 else { return 0 }
        return now - bits >> 2
    }

    /// Has a live row count as not updated since `now`, in milliseconds.
    package func makeIdle(since now: UInt64) { _ = demote(at: now) }

    /// Ends the row whether it is idle or not; false where it had ended already or is pinned.
    func end() -> Bool {
        while true {
            let bits = state.bits
            guard bits & 3 != State.dead, !isPinned else { return false }
            if bits & 3 == State.idle {
                if state.replace(bits, by: State.dead) { return true }
            } else if demote(at: Self.endOfTime), isPinned {
                // A pin between the two checks saw a live row. Later pins see an idle one, and revive it themselves.
                _ = revive()
            }
        }
    }

    /// Makes a live row idle; of two threads, one does.
    private func demote(at now: UInt64) -> Bool {
        unsafe state.pointer.pointee.compareExchange(
            expected: State.live, desired: State.idle | now << 2, ordering: .sequentiallyConsistent
        ).exchanged
    }

    /// Since then no row is idle long enough for a sweep.
    private static let endOfTime = UInt64.max >> 2

    /// Whether somebody holds a pin.
    package var isHeld: Bool { isPinned }

    private var isPinned: Bool {
        unsafe pins.pointer.pointee.load(ordering: .sequentiallyConsistent) != 0
    }

    /// Acquires what `prepare` wrote where it is not.
    @inlinable
    var isDead: Bool {
        unsafe state.pointer.pointee.load(ordering: .acquiring) & 3 == State.dead
    }

    /// Runs `body` with the rendered, escaped label text: `a="x",b="y"`, empty for no labels.
    @inlinable
    public func withText<Result, Failure: Error>(
        cellCount: Int, _ body: (borrowing RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let text = unsafe UnsafeRawBufferPointer(start: text(cellCount), count: textLength(cellCount))
        return try unsafe body(text.bytes)
    }

    @inlinable
    func word(at offset: Int) -> Cell {
        unsafe Cell((pointer + offset).assumingMemoryBound(to: Atomic<UInt64>.self))
    }

    /// Where the row's copies are: an arena offset in units of eight bytes, 0 for none.
    @inlinable
    public var copies: HalfCell { half(at: Layout.copies) }

    /// How often the row was sampled as updated lately: what decides about thread copies.
    @inlinable
    public var heat: HalfCell { half(at: Layout.heat) }

    @inlinable
    func half(at offset: Int) -> HalfCell {
        unsafe HalfCell((pointer + offset).assumingMemoryBound(to: Atomic<UInt32>.self))
    }

    /// Where it is said of the text how long it is.
    @inlinable
    func aboutText(_ cellCount: Int) -> UnsafeMutableRawPointer {
        unsafe pointer + (Layout.cells &+ cellCount &* 8)
    }

    @inlinable
    func text(_ cellCount: Int) -> UnsafeMutableRawPointer { unsafe aboutText(cellCount) + Layout.text }

    @inlinable
    func textLength(_ cellCount: Int) -> Int {
        Int(unsafe aboutText(cellCount).load(fromByteOffset: Layout.textLength, as: UInt32.self))
    }

    @inlinable
    func byteSize(_ cellCount: Int) -> Int {
        Int(unsafe aboutText(cellCount).load(fromByteOffset: Layout.byteSize, as: UInt32.self))
    }

    @inlinable
    func hash(_ cellCount: Int) -> UInt64 {
        unsafe aboutText(cellCount).load(fromByteOffset: Layout.hash, as: UInt64.self)
    }

    @inlinable
    var state: Cell { word(at: Layout.state) }

    /// The bytes that a row of that shape takes, a multiple of eight.
    static func byteSize(cellCount: Int, textLength: Int) -> Int {
        (Layout.cells + cellCount * 8 + Layout.text + textLength + 7) & ~7
    }

    /// Whether the row is the one of `text`, which hashes to `hash`.
    @inlinable
    public func matches(_ text: UnsafeRawBufferPointer, hash: UInt64, cellCount: Int) -> Bool {
        guard self.hash(cellCount) == hash, textLength(cellCount) == text.count else { return false }
        guard let other = text.baseAddress else { return true }
        return unsafe memcmp(self.text(cellCount), other, text.count) == 0
    }

    /// Writes the length of a row in fresh memory, which never changes: scans step over rows by it at any time.
    func claim(byteSize: Int, cellCount: Int) {
        unsafe aboutText(cellCount).storeBytes(
            of: UInt32(byteSize), toByteOffset: Layout.byteSize, as: UInt32.self)
    }

    /// Fills claimed or recycled memory, before the row is published.
    func prepare(
        text: UnsafeRawBufferPointer, hash: UInt64, cellCount: Int, created: UInt64, scanEpoch: UInt32
    ) {
        let about = unsafe aboutText(cellCount)
        unsafe about.storeBytes(of: UInt32(text.count), toByteOffset: Layout.textLength, as: UInt32.self)
        unsafe about.storeBytes(of: hash, toByteOffset: Layout.hash, as: UInt64.self)
        unsafe pointer.storeBytes(of: created, toByteOffset: Layout.created, as: UInt64.self)
        unsafe pointer.storeBytes(of: scanEpoch, toByteOffset: Layout.scanEpoch, as: UInt32.self)
        pins.bits = 0
        present.bits = 0
        heat.bits = 0
        for index in 0..<cellCount { cell(index).bits = 0 }
        unsafe UnsafeMutableRawBufferPointer(start: self.text(cellCount), count: text.count)
            .copyMemory(from: text)
        // Last, since a scan takes every row that is not dead for complete.
        _ = state.replace(state.bits, by: State.live)
    }
}
