import Arena
import Glibc
import Telemetry

/// How many distinct members there were: exact up to 1000, an estimate in fixed memory beyond.
///
/// Members are known by their hashes of 64 bits, so two with the same hash count once: of 1000 members, some two do with a probability
/// of 2⁻⁴⁵. Up to 1000 hashes stand in a table of their own. Beyond, HyperLogLog with 1024 registers takes their place (Flajolet,
/// Fusy, Gandouet, Meunier 2007), with linear counting while few registers are in use: its standard error is 3.3 %.
///
/// A known member is found without a lock. A new one is added under the lock of the row's table, until there are registers, which
/// need none. Callers are inside the reclamation domain.
enum DistinctCount {
    static let largestExact = 1000
    /// It leads to the members.
    static let cellCount = 1

    /// Notes the member with the hash `hash`; false where there is no memory for it.
    static func note(
        _ hash: UInt64, row: Row, cell: Int, _ series: SeriesTable, isPrivileged: Bool = false
    ) -> Bool {
        let hash = max(hash, 1)
        let members = Members(row.cell(cell), in: series.table.arena)
        return members.note(hash) || add(hash, to: row.cell(cell), series, isPrivileged)
    }

    /// Adds a hash that was not there.
    @inline(never)
    private static func add(
        _ hash: UInt64, to cell: Cell, _ series: SeriesTable, _ isPrivileged: Bool
    ) -> Bool {
        let arena = series.table.arena
        let (isAdded, outgrown) = series.exclusively { () -> (Bool, UInt32) in
            let members = Members(cell, in: arena)
            // Another thread may have added it, or made registers.
            if members.note(hash) { return (true, 0) }
            guard let more = members.adding(hash, isPrivileged: isPrivileged) else { return (false, 0) }
            cell.publish(more.bits)
            return (true, more.address == members.address ? 0 : members.address)
        }
        release(outgrown, to: arena)
        return isAdded
    }

    /// What 1024 registers estimate the members by: bytes, and what one can hold at most.
    static let registerCount = Registers.count
    static let largestRank: UInt8 = 55

    /// Makes registers in the place of no members; false where there is no memory for them.
    static func restore(_ registers: [UInt8], row: Row, cell: Int, _ series: SeriesTable) -> Bool {
        let arena = series.table.arena
        return series.exclusively {
            guard let made = Members(row.cell(cell), in: arena).makeRegisters(false) else { return false }
            for (number, rank) in registers.enumerated() where rank > 0 {
                Registers(made.block).raise(number, to: UInt64(rank))
            }
            row.cell(cell).publish(made.bits)
            return true
        }
    }

    /// Forgets all members.
    static func clear(row: Row, cell: Int, _ series: SeriesTable) {
        let cell = row.cell(cell)
        let arena = series.table.arena
        let address = series.exclusively {
            let address = Members(cell, in: arena).address
            cell.publish(0)
            return address
        }
        release(address, to: arena)
    }

    /// Frees a block that no cell leads to any more once its readers are done.
    private static func release(_ address: UInt32, to arena: Arena) {
        guard address != 0 else { return }
        ReclamationDomain.shared.retire { Block.release(address, to: arena) }
    }

    /// How many there are, exactly or estimated.
    static func value(row: Row, cell: Int, _ series: SeriesTable) -> Double {
        let members = Members(row.cell(cell), in: series.table.arena)
        guard members.areEstimated else { return Double(members.count) }
        return max(Double(largestExact + 1), Registers(members.block).estimate)
    }
}

/// What a cell leads to: a table of hashes with its size and their count, or registers.
private struct Members {
    /// Cells of the first table.
    private static let smallestSizeBits: UInt64 = 4

    private let arena: Arena
    /// In the lower half the address of the block, in the upper one the size as a power of two and the count.
    let bits: UInt64

    init(_ cell: Cell, in arena: Arena) { self.init(bits: cell.acquire(), arena) }

    private init(bits: UInt64, _ arena: Arena) {
        self.bits = bits
        self.arena = arena
    }

    private init(_ address: UInt32, sizeBits: UInt64, count: Int, _ arena: Arena) {
        self.init(bits: UInt64(address) | sizeBits << 56 | UInt64(count) << 32, arena)
    }

    var address: UInt32 { UInt32(truncatingIfNeeded: bits) }
    var count: Int { Int(bits >> 32 & 0xFF_FFFF) }
    var block: Block { Block(address: address, in: arena) }
    /// Whether there are registers.
    var areEstimated: Bool { address != 0 && sizeBits == 0 }

    private var sizeBits: UInt64 { bits >> 56 }
    private var size: Int { address == 0 ? 0 : 1 << Int(sizeBits) }

    /// Notes a hash that is there, or any in registers; false for all others.
    func note(_ hash: UInt64) -> Bool {
        guard address != 0 else { return false }
        if areEstimated {
            Registers(block).note(hash)
            return true
        }
        return block.cell(place(of: hash)).bits == hash
    }

    /// Where the hash is or belongs; there is always an empty cell.
    private func place(of hash: UInt64) -> Int {
        let block = block
        var place = Int(truncatingIfNeeded: hash) & (size - 1)
        while true {
            let other = block.cell(place).bits
            if other == hash || other == 0 { return place }
            place = (place + 1) & (size - 1)
        }
    }

    /// These with a hash that is not among them, in the same block or in another one; nil where there is no memory.
    ///
    /// For one caller at a time.
    func adding(_ hash: UInt64, isPrivileged: Bool) -> Members? {
        if count == DistinctCount.largestExact {
            guard let registers = makeRegisters(isPrivileged) else { return nil }
            _ = registers.note(hash)
            return registers
        }
        guard let room = (count + 1) * 4 > size * 3 ? grown(isPrivileged) : self else { return nil }
        room.block.cell(room.place(of: hash)).bits = hash
        return Members(room.address, sizeBits: room.sizeBits, count: count + 1, arena)
    }

    private func grown(_ isPrivileged: Bool) -> Members? {
        let sizeBits = address == 0 ? Self.smallestSizeBits : sizeBits + 1
        guard
            let address = try? Block.make(
                byteCount: 8 << Int(sizeBits), in: arena, isPrivileged: isPrivileged)
        else { return nil }
        let larger = Members(address, sizeBits: sizeBits, count: count, arena)
        forEachHash { larger.block.cell(larger.place(of: $0)).bits = $0 }
        return larger
    }

    func makeRegisters(_ isPrivileged: Bool) -> Members? {
        guard
            let address = try? Block.make(
                byteCount: Registers.byteCount, in: arena, isPrivileged: isPrivileged)
        else { return nil }
        let members = Members(address, sizeBits: 0, count: 0, arena)
        forEachHash { _ = members.note($0) }
        return members
    }

    private func forEachHash(_ body: (UInt64) -> Void) {
        for index in 0..<size where block.cell(index).bits != 0 { body(block.cell(index).bits) }
    }
}

/// 1024 registers of eight bits in a block.
private struct Registers {
    private static let bits = 10
    static let count = 1 << bits
    static let byteCount = count

    private let block: Block

    init(_ block: Block) { self.block = block }

    func note(_ hash: UInt64) {
        let register = Int(hash & UInt64(Self.count - 1))
        raise(register, to: UInt64((hash >> UInt64(Self.bits) | 1 << 54).trailingZeroBitCount + 1))
    }

    /// Sets a register to `rank`, where it is lower.
    func raise(_ register: Int, to rank: UInt64) {
        let cell = block.cell(register / 8)
        let shift = UInt64(register % 8 * 8)
        while true {
            let old = cell.bits
            guard old >> shift & 0xFF < rank else { return }
            if cell.replace(old, by: old & ~(0xFF << shift) | rank << shift) { return }
        }
    }

    /// A whole number.
    var estimate: Double {
        let count = Double(Self.count)
        var sum = 0.0
        var empty = 0
        for index in 0..<Self.count / 8 {
            let registers = block.cell(index).bits
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
