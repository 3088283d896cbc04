extension UInt8 {
    /// Whether it is `0` to `9`.
    package var isDigit: Bool { (0x30...0x39).contains(self) }

    /// Whether it is `a` to `z` or `A` to `Z`.
    package var isLetter: Bool { (0x61...0x7a).contains(self | 0x20) }

    /// Whether it is a digit or `a` to `f` in either case.
    package var isHexDigit: Bool { isDigit || (0x61...0x66).contains(self | 0x20) }
}
