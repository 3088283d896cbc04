import Arena
import Glibc

/// An estimate of how many distinct members there were, in fixed memory: HyperLogLog with 1024 registers, exact to a few
/// per cent, and linear counting while there are few (Flajolet, Fusy, Gandouet, Meunier 2007).
enum DistinctCount {
    private static let registerBits = 10
    private static let registerCount = 1 << registerBits
    /// Registers of eight bits.
    static let cellCount = registerCount / 8

    /// Notes the member with the hash `hash`.
    static func note(_ hash: UInt64, row: Row, first: Int) {
        let register = Int(hash & UInt64(registerCount - 1))
        let rank = UInt64((hash >> UInt64(registerBits) | 1 << 54).trailingZeroBitCount + 1)
        let cell = row.cell(first + register / 8)
        let shift = UInt64(register % 8 * 8)
        while true {
            let old = cell.bits
            guard old >> shift & 0xFF < rank else { return }
            if cell.replace(old, by: old & ~(0xFF << shift) | rank << shift) { return }
        }
    }

    /// The estimate, a whole number.
    static func estimate(row: Row, first: Int) -> Double {
        let count = Double(registerCount)
        var sum = 0.0
        var empty = 0
        for index in 0..<cellCount {
            let registers = row.cell(first + index).bits
            for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
                let rank = registers >> shift & 0xFF
                sum += 1 / Double(UInt64(1) << rank)
                if rank == 0 { empty += 1 }
            }
        }
        let raw = 0.7213 / (1 + 1.079 / count) * count * count / sum
        guard raw <= 2.5 * count, empty > 0 else { return raw.rounded() }
        return (count * log(count / Double(empty))).rounded()
    }
}
