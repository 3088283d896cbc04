/// The decimal digits of a number of up to eight, as bytes of ASCII in one word, the first one lowest.
///
/// All digits are found at once, two divisions side by side in each step: see Paul Khuong, "How to print integers really fast",
/// <https://pvk.ca/Blog/2017/12/22/appnexus-common-framework-its-out-also-how-to-print-integers-faster>.
struct DecimalBytes {
    /// Where numbers of more digits begin.
    static var bound: UInt64 { 100_000_000 }
    /// How many bytes the digits of three such words may be stored in, as many as a number of 64 bits has.
    static var mostStored: Int { 24 }

    /// Bytes behind the digits are of no meaning.
    let word: UInt64
    /// How many digits there are.
    let count: Int

    private static var zeros: UInt64 { 0x3030_3030_3030_3030 }

    /// The digits of a number below `bound`.
    @inline(__always)
    init(_ number: UInt64) {
        let digits = Self.digits(of: number)
        // The last one stays where all are zero.
        let leading = (digits | 1 << 56).trailingZeroBitCount & ~7
        word = (digits | Self.zeros) &>> UInt64(leading)
        count = 8 - leading >> 3
    }

    /// The digits of a number below `bound`, with zeros before them up to eight.
    @inline(__always)
    init(padding number: UInt64) {
        word = Self.digits(of: number) | Self.zeros
        count = 8
    }

    /// Eight numbers below ten, one in each byte.
    @inline(__always)
    private static func digits(of number: UInt64) -> UInt64 {
        // Two numbers of four digits, four of two, eight of one: the quotient below the remainder. In these ranges the factors divide
        // exactly.
        let (upper, lower) = number.quotientAndRemainder(dividingBy: 10_000)
        let fours = upper | lower << 32
        let hundreds = (fours &* 10_486) >> 20 & 0x7F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) << 16
        let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
        return tens | (twos &- tens &* 10) << 8
    }
}
