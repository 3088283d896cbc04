/// Comparisons whose time does not tell where two texts differ.
package enum ConstantTime {
    /// Whether both are the same; the time depends on their lengths only.
    package static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }
}
