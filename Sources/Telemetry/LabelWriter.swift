/// Where a `LabelValue` writes its text: UTF-8 into memory of whoever asks, escaped as Prometheus wants it.
///
/// Writing more than there is room for is no error: the writer keeps counting, and its owner tries again with more
/// memory. For one thread at a time.
@safe
public struct LabelWriter: ~Copyable {
    @usableFromInline let base: UnsafeMutablePointer<UInt8>
    @usableFromInline let capacity: Int
    /// How many bytes were written, or would have been with enough room.
    @usableFromInline package private(set) var count = 0

    /// Writes into the first `capacity` bytes at `base`, which must outlive the writer.
    @unsafe
    @usableFromInline
    package init(base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        unsafe self.base = unsafe base
        self.capacity = capacity
    }

    /// Appends `text`; `\`, `"` and newlines are escaped.
    @inlinable
    public mutating func append(_ text: String) {
        if unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe appendEscaping($0) }) == nil {
            appendBytes(of: text)
        }
    }

    /// Appends `text`; `\`, `"` and newlines are escaped.
    @inlinable
    public mutating func append(_ text: StaticString) {
        guard text.hasPointerRepresentation else { return append(text.description) }
        unsafe appendEscaping(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the decimal digits of `integer`.
    @inlinable
    public mutating func append(_ integer: some BinaryInteger) {
        guard let small = Int64(exactly: integer) else { return append(integer.description) }
        appendDigits(of: small)
    }

    /// Appends bytes of valid UTF-8; `\`, `"` and newlines are escaped.
    package mutating func append(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes {
            unsafe $0.withMemoryRebound(to: UInt8.self) { unsafe appendEscaping($0) }
        }
    }

    /// Appends bytes as they are.
    @inlinable
    package mutating func append(raw bytes: [UInt8]) {
        let end = count + bytes.count
        if end <= capacity {
            unsafe bytes.withUnsafeBufferPointer { unsafe copy($0) }
        }
        count = end
    }

    /// Appends one byte as it is.
    @inlinable
    package mutating func append(raw byte: UInt8) {
        if count < capacity { unsafe base[count] = byte }
        count += 1
    }

    /// Appends the first `length` bytes, 16 at most, of two words in memory order, as they are.
    @inlinable
    @inline(__always)
    package mutating func append(raw low: UInt64, _ high: UInt64, length: Int) {
        if count &+ 16 <= capacity {
            let target = unsafe UnsafeMutableRawPointer(base + count)
            unsafe target.storeBytes(of: low, as: UInt64.self)
            unsafe target.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
            count &+= length
        } else {
            appendOneByOne(low, high, length: length)
        }
    }
}

extension LabelWriter {
    /// Has `write` write a text, and gives it to `body`, without allocating where it is short.
    @inlinable
    @inline(__always)
    public static func withText<Result>(
        _ write: (inout LabelWriter) -> Void, _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        // Enough for most label sets; longer ones are written twice.
        withText(capacity: 512, write, body)
    }

    @inlinable
    @inline(__always)
    static func withText<Result>(
        capacity: Int, _ write: (inout LabelWriter) -> Void, _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { memory in
            guard let base = memory.baseAddress else { return unsafe body(memory.span.bytes) }
            var writer = unsafe LabelWriter(base: base, capacity: capacity)
            write(&writer)
            guard writer.count <= capacity else {
                return withLongText(capacity: writer.count, write, body)
            }
            return unsafe body(UnsafeRawBufferPointer(start: base, count: writer.count).bytes)
        }
    }

    @inlinable
    @inline(never)
    static func withLongText<Result>(
        capacity: Int, _ write: (inout LabelWriter) -> Void, _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { memory in
            guard let base = memory.baseAddress else { return unsafe body(memory.span.bytes) }
            var writer = unsafe LabelWriter(base: base, capacity: capacity)
            write(&writer)
            // What writes another text every time it is asked is cut.
            let count = min(writer.count, capacity)
            return unsafe body(UnsafeRawBufferPointer(start: base, count: count).bytes)
        }
    }

    @usableFromInline
    mutating func appendOneByOne(_ low: UInt64, _ high: UInt64, length: Int) {
        for index in 0..<length {
            let word = index < 8 ? low : high
            append(raw: UInt8(truncatingIfNeeded: word >> (UInt64(index % 8) * 8)))
        }
    }

    @inlinable
    mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        unsafe (base + count).update(from: source, count: bytes.count)
    }

    /// Copies words of eight bytes, the last one overlapping the one before, where nothing needs an escape.
    @inlinable
    mutating func appendEscaping(_ bytes: UnsafeBufferPointer<UInt8>) {
        let length = bytes.count
        guard count &+ length <= capacity, length > 0, let source = bytes.baseAddress else {
            return unsafe appendOneByOne(bytes)
        }
        let words = unsafe UnsafeRawPointer(source)
        let target = unsafe UnsafeMutableRawPointer(base + count)
        if length < 4 {
            let (first, middle, last) = unsafe (source[0], source[length &>> 1], source[length &- 1])
            guard !Self.needsEscape(UInt64(first) | UInt64(middle) << 8 | UInt64(last) << 16 | 0xFFFF << 24)
            else { return unsafe appendOneByOne(bytes) }
            unsafe target.storeBytes(of: first, as: UInt8.self)
            unsafe target.storeBytes(of: middle, toByteOffset: length &>> 1, as: UInt8.self)
            unsafe target.storeBytes(of: last, toByteOffset: length &- 1, as: UInt8.self)
        } else if length < 8 {
            let first = unsafe words.loadUnaligned(as: UInt32.self)
            let last = unsafe words.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self)
            guard !Self.needsEscape(UInt64(first) | UInt64(last) << 32) else {
                return unsafe appendOneByOne(bytes)
            }
            unsafe target.storeBytes(of: first, as: UInt32.self)
            unsafe target.storeBytes(of: last, toByteOffset: length &- 4, as: UInt32.self)
        } else {
            var offset = 0
            while true {
                let word = unsafe words.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                guard !Self.needsEscape(word) else { return unsafe appendOneByOne(bytes) }
                unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
                if offset &+ 8 == length { break }
                offset = min(offset &+ 8, length &- 8)
            }
        }
        count &+= length
    }

    @inlinable
    mutating func appendOneByOne(_ bytes: UnsafeBufferPointer<UInt8>) {
        for index in 0..<bytes.count { unsafe appendEscaped(bytes[index]) }
    }

    @inlinable
    mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""):
            append(raw: UInt8(ascii: "\\"))
            append(raw: byte)
        case UInt8(ascii: "\n"):
            append(raw: UInt8(ascii: "\\"))
            append(raw: UInt8(ascii: "n"))
        default:
            append(raw: byte)
        }
    }

    /// Whether one of the eight bytes is `\`, `"` or a newline: the zero byte test of Hacker's Delight, 6-1, on three
    /// differences.
    @inlinable
    static func needsEscape(_ word: UInt64) -> Bool {
        func zeroByte(_ value: UInt64) -> UInt64 {
            (value &- 0x0101_0101_0101_0101) & ~value & 0x8080_8080_8080_8080
        }
        return zeroByte(word ^ 0x5C5C_5C5C_5C5C_5C5C) | zeroByte(word ^ 0x2222_2222_2222_2222)
            | zeroByte(word ^ 0x0A0A_0A0A_0A0A_0A0A) != 0
    }

    @usableFromInline
    mutating func appendBytes(of text: String) {
        for byte in text.utf8 { appendEscaped(byte) }
    }

    @usableFromInline
    mutating func appendDigits(of integer: Int64) {
        if integer < 0 { append(raw: UInt8(ascii: "-")) }
        var rest = integer.magnitude
        var divisor: UInt64 = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(raw: UInt8(ascii: "0") + UInt8(rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }
}
