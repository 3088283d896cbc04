import Bytes

/// Bytes that a page of text is put together in.
///
/// Appending copies; the buffer doubles when it is full. It is for one thread at a time.
@safe
package struct TextBuffer: ~Copyable, @unchecked Sendable {
    // Unchecked because of the pointer, which has this one owner.
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes appended so far.
    package private(set) var count = 0

    /// An empty buffer with room for `capacity` bytes.
    package init(capacity: Int = 16384) {
        self.capacity = max(capacity, 64)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Appends bytes as they are.
    package mutating func append(_ bytes: borrowing RawSpan) {
        reserve(bytes.byteCount)
        put(bytes)
    }

    /// Appends bytes as they are.
    package mutating func append(_ bytes: [UInt8]) {
        unsafe append(bytes.span.bytes)
    }

    /// Appends the UTF-8 of `text`.
    package mutating func append(_ text: StaticString) {
        guard text.hasPointerRepresentation else { return append(Array(text.description.utf8)) }
        let bytes = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        unsafe append(bytes.span.bytes)
    }

    /// Appends one byte.
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count += 1
    }

    /// Appends decimal digits.
    @inline(__always)
    package mutating func append(_ integer: UInt64) {
        reserve(DecimalBytes.mostStored)
        put(integer)
    }

    /// Appends the start, the labels and the end of a sample.
    @inline(__always)
    mutating func append(_ start: borrowing RawSpan, _ labels: borrowing RawSpan, _ end: borrowing RawSpan) {
        reserve(start.byteCount + labels.byteCount + end.byteCount)
        put(start)
        put(labels)
        put(end)
    }

    /// Appends the line of a sample that is a whole number.
    @inline(__always)
    mutating func appendLine(
        _ start: borrowing RawSpan, _ labels: borrowing RawSpan, _ end: borrowing RawSpan, _ value: UInt64
    ) {
        reserve(start.byteCount + labels.byteCount + end.byteCount + DecimalBytes.mostStored + 1)
        put(start)
        put(labels)
        put(end)
        put(value)
        unsafe base[count] = .newline
        count += 1
    }

    /// Appends the shortest text that reads back as `value`; whole numbers without a fraction.
    package mutating func append(_ value: Double) {
        if value.magnitude < 0x1p53, let whole = Int64(exactly: value), value != 0 || value.sign == .plus {
            if whole < 0 { append(UInt8(ascii: "-")) }
            return append(whole.magnitude)
        }
        if value.isNaN { return append("NaN") }
        if value.isInfinite { return append(value < 0 ? "-Inf" : "+Inf") }
        let text = value.description
        unsafe append(text.utf8Span.span.bytes)
    }

    /// Appends what `write` does, up to `most` bytes.
    @inline(__always)
    mutating func append(atMost most: Int, _ write: (inout OutputSpan<UInt8>) -> Void) {
        reserve(most)
        count += overwrite(count..<count + most, write)
    }

    /// Replaces the bytes in `range` by `byteCount` others, which `write` appends; what stands behind them moves.
    mutating func replace(_ range: Range<Int>, by byteCount: Int, _ write: (inout OutputSpan<UInt8>) -> Void)
    {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let distance = byteCount - range.count
        if distance != 0 {
            reserve(max(distance, 0))
            let tail = unsafe UnsafeMutableRawPointer(base + range.upperBound)
            unsafe (tail + distance).copyMemory(from: tail, byteCount: count - range.upperBound)
            count += distance
        }
        let written = overwrite(range.lowerBound..<range.lowerBound + byteCount, write)
        precondition(written == byteCount)
    }

    /// Has `write` write over `range`, which lies in the buffer's room; how many bytes it wrote.
    @inline(__always)
    private mutating func overwrite(
        _ range: Range<Int>, _ write: (inout OutputSpan<UInt8>) -> Void
    ) -> Int {
        let room = unsafe UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
        var span = unsafe OutputSpan(buffer: room, initializedCount: 0)
        write(&span)
        return unsafe span.finalize(for: room)
    }

    /// Gives `body` the bytes so far.
    package borrowing func withBytes<Result, Failure: Error>(
        _ body: (borrowing RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count).bytes)
    }

    /// The bytes so far, copied.
    package borrowing func bytes() -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// Appends the bytes so far to `bytes`.
    package borrowing func append(to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
    }

    /// Forgets the bytes and keeps the room.
    package mutating func removeAll() { count = 0 }

    /// Forgets the bytes behind the first `count` and keeps the room.
    package mutating func removeAll(after count: Int) { self.count = min(count, self.count) }

    /// Appends to a buffer that has room for it.
    @inline(__always)
    private mutating func put(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: source.count)
            count += source.count
        }
    }

    /// Appends decimal digits to a buffer that has room for `DecimalBytes.mostStored` bytes.
    @inline(__always)
    private mutating func put(_ integer: UInt64) {
        if integer < DecimalBytes.bound { return put(DecimalBytes(integer)) }
        putLarge(integer)
    }

    @inline(never)
    private mutating func putLarge(_ integer: UInt64) {
        let (upper, lower) = integer.quotientAndRemainder(dividingBy: DecimalBytes.bound)
        put(upper)
        put(DecimalBytes(padding: lower))
    }

    @inline(__always)
    private mutating func put(_ digits: DecimalBytes) {
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: digits.word.littleEndian, as: UInt64.self)
        count += digits.count
    }

    @inline(__always)
    private mutating func reserve(_ extra: Int) {
        if count + extra > capacity { grow(by: extra) }
    }

    @inline(never)
    private mutating func grow(by extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = unsafe moved
        capacity = larger
    }
}
