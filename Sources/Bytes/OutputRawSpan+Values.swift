/// Writing numbers and text into a span; what does not fit is not written, and the answer is false.
extension OutputRawSpan {
    /// Appends the bytes of an integer, in the machine's order.
    @inlinable
    package mutating func put(_ value: some FixedWidthInteger & BitwiseCopyable) -> Bool {
        guard freeCapacity >= MemoryLayout.size(ofValue: value) else { return false }
        unsafe append(value, as: type(of: value))
        return true
    }

    /// Appends the UTF-8 of a text behind the number of its bytes, a `UInt32`.
    package mutating func put(_ text: String) -> Bool {
        let size = text.utf8.count
        guard size <= freeCapacity - 4, put(UInt32(truncatingIfNeeded: size)) else { return false }
        let isCopied: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            unsafe withUnsafeMutableBytes { target, count in
                guard size > 0, let start = bytes.baseAddress else { return }
                unsafe target.baseAddress?.advanced(by: count).copyMemory(from: start, byteCount: size)
                count += size
            }
        }
        if isCopied == nil { for byte in text.utf8 { append(byte) } }
        return true
    }

    /// Appends these bytes as they are.
    package mutating func put(_ bytes: RawSpan) -> Bool {
        let size = bytes.byteCount
        guard size <= freeCapacity else { return false }
        unsafe bytes.withUnsafeBytes { source in
            unsafe withUnsafeMutableBytes { target, count in
                guard size > 0, let start = source.baseAddress else { return }
                unsafe target.baseAddress?.advanced(by: count).copyMemory(from: start, byteCount: size)
                count += size
            }
        }
        return true
    }
}

/// Calls `body` with memory of so many bytes, which is gone afterwards.
package func withScratch<Result>(
    byteCount: Int, _ body: (inout OutputRawSpan) -> Result
) -> Result {
    unsafe withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { memory in
        var span = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
        return body(&span)
    }
}
