import Glibc

extension RawSpan {
    /// The byte at an offset; traps outside of the span.
    @inlinable package subscript(byte offset: Int) -> UInt8 {
        // Checks the bounds, and any byte is a UInt8: there is no unchecked part.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The first offset in `range` that holds `byte`; traps where the range leaves the span.
    package func firstOffset(of byte: UInt8, in range: Range<Int>) -> Int? {
        unsafe extracting(range).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = unsafe memchr(base, Int32(byte), bytes.count)
            else {
                return nil
            }
            return unsafe range.lowerBound + (UnsafeRawPointer(found) - base)
        }
    }

    /// Whether two ranges hold the same bytes; traps where one leaves the span.
    package func areSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe extracting(left).withUnsafeBytes { first in
            unsafe extracting(right).withUnsafeBytes { second in
                guard let one = first.baseAddress, let other = second.baseAddress else { return true }
                return unsafe memcmp(one, other, first.count) == 0
            }
        }
    }

    /// Whether `range` holds these bytes; traps where it leaves the span.
    package func holds(_ bytes: [UInt8], in range: Range<Int>) -> Bool {
        guard bytes.count == range.count else { return false }
        return unsafe extracting(range).withUnsafeBytes { text in
            unsafe bytes.withUnsafeBytes { expected in
                guard let one = text.baseAddress, let other = expected.baseAddress else { return true }
                return unsafe memcmp(one, other, text.count) == 0
            }
        }
    }

    /// Appends the bytes in `range` to `target`; traps where the range leaves the span.
    package func append(_ range: Range<Int>, to target: inout [UInt8]) {
        // As elements of the array, which are copied at once.
        unsafe extracting(range).withUnsafeBytes { bytes in
            unsafe bytes.withMemoryRebound(to: UInt8.self) { unsafe target.append(contentsOf: $0) }
        }
    }

    /// The bytes in `range` as text, each invalid sequence replaced by U+FFFD.
    package func text(in range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes in `range`; traps outside of the array.
    @inlinable package func withBytes<Result, Failure: Error>(
        in range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // A UInt8 has no padding that could be read uninitialised.
        try body(unsafe span.bytes.extracting(range))
    }
}

extension RawSpan {
    /// Whether all bytes in `range` are ASCII; traps where the range leaves the span.
    package func isASCII(in range: Range<Int>) -> Bool {
        unsafe extracting(range).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            var seen: UInt64 = 0
            var offset = 0
            // Eight at a time, as long as there are so many.
            while offset &+ 8 <= bytes.count {
                seen |= unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                offset &+= 8
            }
            while offset < bytes.count {
                seen |= UInt64(unsafe base.load(fromByteOffset: offset, as: UInt8.self))
                offset &+= 1
            }
            return seen & 0x8080_8080_8080_8080 == 0
        }
    }

    /// Whether the bytes in `range` are valid UTF-8.
    package func isUTF8(in range: Range<Int>) -> Bool {
        unsafe extracting(range).withUnsafeBytes { bytes in
            unsafe bytes.withMemoryRebound(to: UInt8.self) { text in
                (try? UTF8Span(validating: unsafe text.span)) != nil
            }
        }
    }
}
