/// Where a `LabelValue` writes its text: UTF-8, into memory of the caller.
///
/// The label text of a series is escaped for Prometheus; values for a lookup are not. Writing past the end is no error: the
/// writer keeps counting, and its owner tries again with more memory. For one thread at a time.
@safe
public struct LabelWriter: ~Copyable {
    @usableFromInline let base: UnsafeMutablePointer<UInt8>
    @usableFromInline let capacity: Int
    @usableFromInline let isEscaping: Bool
    /// How many bytes were written, or would have been with enough room.
    @usableFromInline package private(set) var count = 0

    /// Writes into the first `capacity` bytes at `base`, which must outlive the writer.
    @unsafe
    @usableFromInline
    package init(base: UnsafeMutablePointer<UInt8>, capacity: Int, isEscaping: Bool = true) {
        unsafe self.base = unsafe base
        self.capacity = capacity
        self.isEscaping = isEscaping
    }

    /// The text of a value, as it is without escapes.
    package static func text(of value: some LabelValue) -> String {
        var text = ""
        withValues(
            { $0.appendValue(value) },
            { values in
                LabelValues.forEach(in: values) { bytes in
                    text = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
                }
            })
        return text
    }

    /// Appends `text`.
    @inlinable
    public mutating func append(_ text: String) {
        if unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe append($0) }) == nil {
            appendBytes(of: text)
        }
    }

    /// Appends `text`.
    @inlinable
    public mutating func append(_ text: StaticString) {
        guard text.hasPointerRepresentation else { return append(text.description) }
        unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the decimal digits of `integer`.
    @inlinable
    public mutating func append(_ integer: some BinaryInteger) {
        guard let small = Int64(exactly: integer) else { return append(integer.description) }
        appendDigits(of: small)
    }

    /// Appends bytes of valid UTF-8.
    package mutating func append(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes {
            unsafe $0.withMemoryRebound(to: UInt8.self) { unsafe append($0) }
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
    /// Has `write` write a text, escaped, and gives it to `body`, without allocating where it is short.
    @inlinable
    @inline(__always)
    public static func withText<Result>(
        _ write: (inout LabelWriter) -> Void, _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        with(isEscaping: true, write, body)
    }

    /// Has `write` write values with `appendValue`, not escaped, and gives them to `body` as `LabelValues` describes.
    @inlinable
    @inline(__always)
    public static func withValues<Result>(
        _ write: (inout LabelWriter) -> Void, _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        with(isEscaping: false, write, body)
    }

    /// Appends what `write` writes as one value, see `LabelValues`.
    @inlinable
    @inline(__always)
    package mutating func appendValue(_ write: (inout LabelWriter) -> Void) {
        let start = count
        count = start &+ 8
        write(&self)
        endValue(start)
    }

    /// Appends one value, see `LabelValues`.
    @inlinable
    @inline(__always)
    package mutating func appendValue<Value: LabelValue>(_ value: Value) {
        if Value.self == String.self {
            // The same type.
            appendValue(of: unsafe unsafeBitCast(value, to: String.self))
        } else {
            appendValue { value.write(to: &$0) }
        }
    }

    @inlinable
    @inline(__always)
    mutating func appendValue(of text: String) {
        if let (low, high, length) = LabelValues.words(in: text), count &+ 24 <= capacity {
            setValue(count, length, (low, high))
        } else {
            appendLongValue(of: text)
        }
    }

    @usableFromInline
    @inline(never)
    mutating func appendLongValue(of text: String) { appendValue { $0.append(text) } }

    /// Ends the value whose length goes to `start`.
    @usableFromInline
    mutating func endValue(_ start: Int) {
        let length = count &- start &- 8
        let size = LabelValues.size(ofLength: length)
        guard start &+ size <= capacity, length <= LabelValues.longestInWords else {
            if start &+ 8 <= capacity {
                unsafe UnsafeMutableRawPointer(base + start).storeBytes(of: length, as: Int.self)
            }
            count = start &+ size
            return
        }
        unsafe setValue(start, length, LabelValues.words(base + (start &+ 8), length))
    }

    @inlinable
    @inline(__always)
    mutating func setValue(_ start: Int, _ length: Int, _ words: (low: UInt64, high: UInt64)) {
        let target = unsafe UnsafeMutableRawPointer(base + start)
        unsafe target.storeBytes(of: length, as: Int.self)
        unsafe target.storeBytes(of: words.low, toByteOffset: 8, as: UInt64.self)
        unsafe target.storeBytes(of: words.high, toByteOffset: 16, as: UInt64.self)
        count = start &+ 24
    }

    @inlinable
    @inline(__always)
    static func with<Result>(
        isEscaping: Bool, _ write: (inout LabelWriter) -> Void, _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        // Enough for most label sets; longer ones are written twice.
        let capacity = 512
        return unsafe withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { memory in
            guard let bytes = memory.baseAddress else { return unsafe body(memory.bytes) }
            let base = unsafe bytes.assumingMemoryBound(to: UInt8.self)
            var writer = unsafe LabelWriter(base: base, capacity: capacity, isEscaping: isEscaping)
            write(&writer)
            guard writer.count <= capacity else {
                return withLongText(capacity: writer.count, isEscaping, write, body)
            }
            return unsafe body(UnsafeRawBufferPointer(start: base, count: writer.count).bytes)
        }
    }

    @inlinable
    @inline(never)
    static func withLongText<Result>(
        capacity: Int, _ isEscaping: Bool, tries: Int = 8, _ write: (inout LabelWriter) -> Void,
        _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        unsafe withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { memory in
            guard let bytes = memory.baseAddress else { return unsafe body(memory.bytes) }
            let base = unsafe bytes.assumingMemoryBound(to: UInt8.self)
            var writer = unsafe LabelWriter(base: base, capacity: capacity, isEscaping: isEscaping)
            write(&writer)
            if writer.count > capacity, tries > 0 {
                return withLongText(capacity: writer.count, isEscaping, tries: tries - 1, write, body)
            }
            // A text that grew with each attempt counts as empty.
            let count = writer.count <= capacity ? writer.count : 0
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

    @inlinable
    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        if isEscaping { unsafe appendEscaping(bytes) } else { unsafe appendPlain(bytes) }
    }

    @inlinable
    @inline(__always)
    mutating func appendPlain(_ bytes: UnsafeBufferPointer<UInt8>) {
        if count &+ bytes.count <= capacity { unsafe copy(bytes) }
        count &+= bytes.count
    }

    /// Copies in words of eight bytes, of which the last may overlap the one before, where no byte needs an escape.
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
        guard isEscaping else { return append(raw: byte) }
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
