/// Spreads threads over the copies of a cell.
public enum ThreadStripe {
    /// Bits of `current`.
    static let bits = 6

    /// A number from 0 to 63 that the running thread keeps and that few threads share; sharing is correct, only slower.
    ///
    /// It is made of the place of the thread's stack, which costs no call. The multiplier has the golden ratio's
    /// spread for stacks that lie 8 MiB apart, as glibc lays them out, and for those that lie 512 KiB apart (Knuth, The
    /// Art of Computer Programming, 6.4).
    @inlinable
    @inline(__always)
    public static var current: Int {
        var marker: UInt8 = 0
        let address = unsafe withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
        return Int(truncatingIfNeeded: ((address >> 19) &* 0x99E3_779B_97F4_A7C1) >> 58)
    }
}
