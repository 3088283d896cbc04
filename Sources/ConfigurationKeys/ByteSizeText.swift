import Bytes

/// Sizes of memory as the configuration writes them.
package enum ByteSizeText {
    private static let units = ["": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40]

    /// What a size that may not be zero looks like, for a sentence.
    package static let expectation = "a size above zero such as 64MiB, 512KiB or a number of bytes"

    /// Parses `64MiB`, `512KiB` (units `KiB MiB GiB TiB`) or a number of bytes.
    ///
    /// - Returns: nil if it is none of these, or more than an `Int` holds.
    package static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.utf8.allSatisfy(\.isDigit) }
        guard let number = Int(digits), let unit = units[String(text.dropFirst(digits.count))] else {
            return nil
        }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: unit)
        return overflows ? nil : bytes
    }

    /// The shortest text with a whole number.
    package static func text(_ bytes: Int) -> String {
        let unit = units.filter { bytes % $0.value == 0 }.max { $0.value < $1.value }
        return unit.map { "\(bytes / $0.value)\($0.key)" } ?? "\(bytes)"
    }
}
