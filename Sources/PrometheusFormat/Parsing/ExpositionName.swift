/// The legacy character set of names, the only one both formats share.
enum ExpositionName {
    /// Whether a metric name may start with the byte: `[a-zA-Z_:]`.
    static func startsMetric(_ byte: UInt8) -> Bool {
        startsLabel(byte) || byte == UInt8(ascii: ":")
    }

    /// Whether a metric name may go on with the byte: `[a-zA-Z0-9_:]`.
    static func continuesMetric(_ byte: UInt8) -> Bool {
        continuesLabel(byte) || byte == UInt8(ascii: ":")
    }

    /// Whether a label name may start with the byte: `[a-zA-Z_]`.
    static func startsLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether a label name may go on with the byte: `[a-zA-Z0-9_]`.
    static func continuesLabel(_ byte: UInt8) -> Bool {
        startsLabel(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
