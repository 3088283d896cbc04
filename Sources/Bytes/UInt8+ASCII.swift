extension UInt8 {
    /// Whether it is `0` to `9`.
    @inlinable package var isDigit: Bool { (0x30...0x39).contains(self) }

    /// Whether it is `a` to `z` or `A` to `Z`.
    @inlinable package var isLetter: Bool { (0x61...0x7a).contains(self | 0x20) }

    /// Whether it is a digit or `a` to `f` in either case.
    @inlinable package var isHexDigit: Bool { isDigit || (0x61...0x66).contains(self | 0x20) }
}

/// The bytes that end and separate what formats of text are made of.
extension UInt8 {
    /// Line feed.
    @inlinable package static var newline: UInt8 { UInt8(ascii: "\n") }
    /// `\r`.
    @inlinable package static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
    /// `:`.
    @inlinable package static var colon: UInt8 { UInt8(ascii: ":") }
    /// `,`.
    @inlinable package static var comma: UInt8 { UInt8(ascii: ",") }
    /// `_`.
    @inlinable package static var underscore: UInt8 { UInt8(ascii: "_") }
    /// `"`.
    @inlinable package static var quote: UInt8 { UInt8(ascii: "\"") }
}
