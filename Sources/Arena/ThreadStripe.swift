/// Spreads threads over the copies of a cell.
public enum ThreadStripe {
    /// Bits of `current`.
    static let bits = 6

    /// A number from 0 to 63 that the running thread keeps and that few threads share; sharing is correct, only slower.
    ///
    /// It is made of the place of the thread's stack, which costs no call; frames more than 512 KiB apart may differ. The
    /// multiplier was found by search: of neighbouring stacks 8 MiB apart, as glibc lays them out, or 512 KiB or 1 MiB,
    /// four always get different numbers modulo 8, and eight get seven on average.
    @inlinable
    @inline(__always)
    public static var current: Int {
        var marker: UInt8 = 0
        let address = unsafe withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
        return Int(truncatingIfNeeded: ((address >> 19) &* 0x0472_55A5_99FB_CE45) >> 58)
    }
}
