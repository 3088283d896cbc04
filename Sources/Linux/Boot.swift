/// The start of the machine.
package struct Boot: Sendable, Equatable {
    /// The halves of the number that the kernel drew at its start.
    package let high: UInt64
    /// The other half.
    package let low: UInt64

    /// The start with that number.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The number that the kernel gives out, a UUID in text; nil for anything else.
    init?(text: [UInt8]) {
        let digits = text.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "\n") }
        guard digits.count == 32,
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    /// The last one; nil where `/proc` doesn't tell.
    package static var current: Boot? {
        (try? WholeFile.read("/proc/sys/kernel/random/boot_id", limit: 64)).flatMap(Boot.init)
    }
}
