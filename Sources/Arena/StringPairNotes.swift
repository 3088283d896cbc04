/// What was noted for pairs of strings, found again by the bits that the strings consist of.
///
/// Strings of the same bits are equal while one of them lives, and those that are known here do: a short string has its text
/// in its bits, a long one the place of its text, which nobody changes while somebody else has it too. Equal strings may
/// consist of other bits; then nothing is found.
///
/// Not thread-safe; its owner locks.
@safe
public final class StringPairNotes: @unchecked Sendable {
    // Unchecked because its owner locks. All pointers lead to memory that is allocated here, and freed with it.
    @safe
    private struct Entry {
        var hash: UInt64 = 0
        var note: UInt64 = 0
        /// Nil where there is no note.
        var pairs: UnsafeMutablePointer<(String, String)>?
        var count = 0
    }

    private var entries: UnsafeMutableBufferPointer<Entry>
    private var used = 0
    private let seed = UInt64.random(in: .min ... .max)
    /// How often something was found, and noted, of late; so many notes more are not worth it.
    private var found = 0
    private var noted = 0
    private var pause = 0

    /// Pairs are in one of so many places from that of their hash on.
    private static let reach = 8
    private static let most = 32_768
    /// So many notes later it is looked at whether they were found again.
    private static let trial = 4096

    /// Without notes.
    package init() {
        unsafe entries = Self.allocate(16)
    }

    deinit { removeAll() }

    private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Entry> {
        let entries = UnsafeMutableBufferPointer<Entry>.allocate(capacity: count)
        unsafe entries.initialize(repeating: Entry())
        return unsafe entries
    }

    private func removeAll() {
        for index in unsafe entries.indices { unsafe Self.free(entries[index]) }
        unsafe entries.deallocate()
    }

    private static func free(_ entry: Entry) {
        unsafe entry.pairs?.deinitialize(count: entry.count)
        unsafe entry.pairs?.deallocate()
    }

    /// Forgets all notes.
    package func clear() {
        removeAll()
        unsafe entries = Self.allocate(16)
        used = 0
    }

    /// What was noted for `pairs`.
    public func note(for pairs: [(String, String)]) -> UInt64? {
        unsafe pairs.withUnsafeBytes { bits in
            let hash = unsafe hash(bits)
            for step in 0..<Self.reach {
                let index = place(hash, step)
                if unsafe entries[index].hash == hash, unsafe Self.has(entries[index], bits) {
                    found &+= 1
                    return unsafe entries[index].note
                }
            }
            return nil
        }
    }

    /// Notes something for `pairs`, perhaps in place of what was noted for others.
    ///
    /// Now and then it does not, where notes are not found again: because the strings are always others.
    package func set(_ note: UInt64, for pairs: [(String, String)]) {
        guard isWorthIt() else { return }
        if unsafe used * 4 >= entries.count, unsafe entries.count < Self.most { grow() }
        unsafe pairs.withUnsafeBytes { bits in
            let hash = unsafe hash(bits)
            let within = (0..<Self.reach).map { place(hash, $0) }
            if let index = within.first(where: { unsafe Self.has(entries[$0], bits) }) {
                unsafe entries[index].note = note
                return
            }
            let index = within.first { unsafe entries[$0].pairs == nil } ?? within[0]
            if unsafe entries[index].pairs == nil { used += 1 }
            unsafe Self.free(entries[index])
            let copy = UnsafeMutablePointer<(String, String)>.allocate(capacity: pairs.count)
            for (place, pair) in pairs.enumerated() { unsafe (copy + place).initialize(to: pair) }
            unsafe entries[index] = Entry(hash: hash, note: note, pairs: copy, count: pairs.count)
        }
    }

    private func isWorthIt() -> Bool {
        if pause > 0 {
            pause -= 1
            return false
        }
        noted += 1
        if noted >= Self.trial {
            if found * 2 < noted { pause = 16 * Self.trial }
            (found, noted) = (0, 0)
        }
        return pause == 0
    }

    private func grow() {
        let old = unsafe entries
        unsafe entries = Self.allocate(old.count * 2)
        used = 0
        for index in old.indices {
            let entry = unsafe old[index]
            guard unsafe entry.pairs != nil else { continue }
            let within = (0..<Self.reach).map { place(entry.hash, $0) }
            guard let free = within.first(where: { unsafe entries[$0].pairs == nil }) else {
                Self.free(entry)
                continue
            }
            unsafe entries[free] = entry
            used += 1
        }
        unsafe old.deallocate()
    }

    @inline(__always)
    private func place(_ hash: UInt64, _ step: Int) -> Int {
        unsafe Int(truncatingIfNeeded: hash &+ UInt64(truncatingIfNeeded: step)) & (entries.count &- 1)
    }

    /// Of the second strings, since the first ones are mostly the same: a string is two words, a pair 32 bytes.
    ///
    /// None waits for another one, as multiplications in a chain take longer than all else here.
    @inline(__always)
    private func hash(_ bits: UnsafeRawBufferPointer) -> UInt64 {
        var (sum, lane) = (seed, seed)
        guard var string = bits.baseAddress else { return sum }
        let end = unsafe string + bits.count
        while unsafe string < end {
            sum &+= RowHash.mix(
                unsafe string.load(fromByteOffset: 16, as: UInt64.self) ^ 0xE703_7ED1_A0B4_28DB,
                unsafe string.load(fromByteOffset: 24, as: UInt64.self) ^ lane)
            lane &+= 0x9E37_79B9_7F4A_7C15
            unsafe string += 32
        }
        return sum
    }

    @inline(__always)
    private static func has(_ entry: Entry, _ bits: UnsafeRawBufferPointer) -> Bool {
        guard let pairs = unsafe entry.pairs, entry.count &* 32 == bits.count else { return false }
        guard var string = bits.baseAddress else { return true }
        var known = UnsafeRawPointer(pairs)
        let end = unsafe string + bits.count
        var difference: UInt64 = 0
        while unsafe string < end {
            difference |= unsafe known.load(as: UInt64.self) ^ string.load(as: UInt64.self)
            difference |=
                unsafe known.load(fromByteOffset: 8, as: UInt64.self)
                ^ string.load(fromByteOffset: 8, as: UInt64.self)
            unsafe known += 16
            unsafe string += 16
        }
        return difference == 0
    }
}
