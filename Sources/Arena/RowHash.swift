/// The hash of a row's text: 64 bits, by multiplying 16 bytes at a time as wyhash (public domain, final version 4) does.
///
/// Seeded per table, since texts come from the network.
public enum RowHash {
    @inlinable
    static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        let count = bytes.count
        var state = seed ^ 0xA076_1D64_78BD_642F
        guard let base = bytes.baseAddress else { return mix(state, 0xE703_7ED1_A0B4_28DB) }
        var offset = 0
        while count - offset > 16 {
            state = mix(
                unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0xE703_7ED1_A0B4_28DB,
                unsafe base.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self) ^ state)
            offset += 16
        }
        let (low, high) = unsafe words(base + offset, count - offset)
        return mix(mix(low ^ 0xE703_7ED1_A0B4_28DB, high ^ state), 0x8EBC_6AF0_9C88_C6E3 ^ UInt64(count))
    }

    @inlinable
    @inline(__always)
    static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Up to 16 bytes as two words that overlap for shorter texts; together with the length they are unambiguous.
    @unsafe
    @inlinable
    @inline(__always)
    static func words(_ base: UnsafeRawPointer, _ length: Int) -> (low: UInt64, high: UInt64) {
        if length >= 8 {
            return (
                unsafe base.loadUnaligned(as: UInt64.self),
                unsafe base.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
            )
        }
        if length >= 4 {
            return (
                UInt64(unsafe base.loadUnaligned(as: UInt32.self)),
                UInt64(unsafe base.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self))
            )
        }
        if length >= 2 {
            return (
                UInt64(unsafe base.loadUnaligned(as: UInt16.self)),
                UInt64(unsafe base.loadUnaligned(fromByteOffset: length &- 2, as: UInt16.self))
            )
        }
        return (length > 0 ? UInt64(unsafe base.load(as: UInt8.self)) : 0, 0)
    }
}
