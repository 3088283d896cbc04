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
        let (low, high) = unsafe tail(base + offset, count - offset)
        return mix(mix(low ^ 0xE703_7ED1_A0B4_28DB, high ^ state), 0x8EBC_6AF0_9C88_C6E3 ^ UInt64(count))
    }

    /// The hash of values one after the other: `state` with one more of them.
    @inlinable
    @inline(__always)
    static func adding(_ value: UnsafeRawPointer, _ count: Int, to state: UInt64) -> UInt64 {
        var state = state ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        while count &- offset > 16 {
            state = mix(
                unsafe value.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0xE703_7ED1_A0B4_28DB,
                unsafe value.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self) ^ state)
            offset &+= 16
        }
        let (low, high) = unsafe tail(value + offset, count &- offset)
        return mix(low ^ 0xE703_7ED1_A0B4_28DB, high ^ state)
    }

    /// The last 0 to 16 bytes as two words; overlapping reads, so that there is no loop over bytes.
    @inlinable
    @inline(__always)
    public static func tail(_ base: UnsafeRawPointer, _ count: Int) -> (UInt64, UInt64) {
        if count >= 8 {
            return (
                unsafe base.loadUnaligned(as: UInt64.self),
                unsafe base.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            )
        }
        if count >= 4 {
            return (
                UInt64(unsafe base.loadUnaligned(as: UInt32.self)),
                UInt64(unsafe base.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            )
        }
        guard count > 0 else { return (0, 0) }
        let first = UInt64(unsafe base.load(as: UInt8.self))
        let middle = UInt64(unsafe base.load(fromByteOffset: count >> 1, as: UInt8.self))
        let last = UInt64(unsafe base.load(fromByteOffset: count - 1, as: UInt8.self))
        return (first << 16 | middle << 8 | last, 0)
    }

    @inlinable
    @inline(__always)
    static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
