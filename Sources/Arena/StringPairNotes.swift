/// What was noted for pairs of strings, found again by the bits that the strings consist of.
///
/// Strings of the same bits are equal while one of them lives, and those that are known here do: a short string has its text
/// in its bits, a long one the place of its text, which nobody changes while somebody else has it too. Equal strings may
/// consist of other bits; then nothing is found.
///
/// Not thread-safe; its owner locks.
@safe
package final class StringPairNotes: @unchecked Sendable {
    // Unchecked because its owner locks: whoever has a reference to it has it under the lock of `StripeHandlers`, as
    // `UncountedReference` wants what is Sendable. All pointers lead to memory that is allocated here, and freed with it.
    @safe
    private struct Entry {
        var hash: UInt64 = 0
        var note: UInt64 = 0
        /// Nil where there is no note.
        var pairs: UnsafeMutablePointer<(String, String)>?
        var count: Int32 = 0
        /// Whether it was found since it was made or since the last look at all of them.
        var isFound = false
    }

    private var entries: UnsafeMutableBufferPointer<Entry>
    private var used = 0
    private let seed = UInt64.random(in: .min ... .max)
    /// Notes until the next look at all of them.
    private var untilTidied = StringPairNotes.trial
    /// Notes that are not made.
    private var pause = 0

    /// Pairs are in one of so many places from that of their hash on.
    private static let reach = 8
    private static let most = 8192
    /// So many notes later, those that were not found again go; where they are more than half of these, a pause follows.
    private static let trial = 4096
    /// Of text, that is kept for a note.
    private static let mostBytes = 1024

    /// Without notes.
    package init() {
        assert(MemoryLayout<(String, String)>.stride == 32)
        unsafe entries = Self.allocate(16)
    }

    deinit { removeAll() }

    private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Entry> {
        let entries = UnsafeMutableBufferPointer<Entry>.allocate(capacity: count)
        unsafe entries.initialize(repeating: Entry())
        return unsafe entries
    }

    private func removeAll() {
        for index in unsafe entries.indices { remove(index) }
        unsafe entries.deallocate()
    }

    private func remove(_ index: Int) {
        guard let pairs = unsafe entries[index].pairs else { return }
        unsafe pairs.deinitialize(count: Int(entries[index].count))
        unsafe pairs.deallocate()
        unsafe entries[index] = Entry()
        used -= 1
    }

    /// Forgets all notes.
    package func clear() {
        removeAll()
        unsafe entries = Self.allocate(16)
    }

    /// How many notes there are.
    var count: Int { used }

    /// What was noted for `pairs`.
    package func note(for pairs: [(String, String)]) -> UInt64? {
        unsafe pairs.withUnsafeBytes { bits in
            guard let index = unsafe find(bits, hash(bits)) else { return nil }
            unsafe entries[index].isFound = true
            return unsafe entries[index].note
        }
    }

    @inline(__always)
    private func find(_ bits: UnsafeRawBufferPointer, _ hash: UInt64) -> Int? {
        for step in 0..<Self.reach {
            let index = place(hash, step)
            if unsafe entries[index].hash == hash, unsafe Self.has(entries[index], bits) { return index }
        }
        return nil
    }

    /// Notes something for `pairs`, where there is room beside what was found again, and not for those with long texts.
    ///
    /// Where notes are not found again, because the strings are always others, none are made for a while.
    package func set(_ note: UInt64, for pairs: [(String, String)]) {
        guard isWorthIt(), pairs.reduce(0, { $0 + $1.0.utf8.count + $1.1.utf8.count }) <= Self.mostBytes
        else {
            return
        }
        if unsafe used * 4 >= entries.count, unsafe entries.count < Self.most { grow() }
        unsafe pairs.withUnsafeBytes { bits in
            let hash = unsafe hash(bits)
            if let index = unsafe find(bits, hash) {
                unsafe entries[index].note = note
            } else if let index = freePlace(hash) ?? unfoundPlace(hash) {
                remove(index)
                let copy = UnsafeMutablePointer<(String, String)>.allocate(capacity: pairs.count)
                for (place, pair) in pairs.enumerated() { unsafe (copy + place).initialize(to: pair) }
                unsafe entries[index] = Entry(
                    hash: hash, note: note, pairs: copy, count: Int32(pairs.count))
                used += 1
            }
        }
    }

    private func freePlace(_ hash: UInt64) -> Int? {
        for step in 0..<Self.reach where unsafe entries[place(hash, step)].pairs == nil {
            return place(hash, step)
        }
        return nil
    }

    private func unfoundPlace(_ hash: UInt64) -> Int? {
        for step in 0..<Self.reach where unsafe !entries[place(hash, step)].isFound {
            return place(hash, step)
        }
        return nil
    }

    private func isWorthIt() -> Bool {
        if pause > 0 {
            pause -= 1
            return false
        }
        untilTidied -= 1
        if untilTidied == 0 {
            untilTidied = Self.trial
            if tidy() * 2 > Self.trial { pause = 16 * Self.trial }
        }
        return pause == 0
    }

    /// Removes what was not found since the last time, and returns how many notes that were.
    private func tidy() -> Int {
        let before = used
        for index in unsafe entries.indices {
            if unsafe entries[index].isFound { unsafe entries[index].isFound = false } else { remove(index) }
        }
        return before - used
    }

    private func grow() {
        let old = unsafe entries
        unsafe entries = Self.allocate(old.count * 2)
        used = 0
        for index in old.indices {
            let entry = unsafe old[index]
            guard let pairs = unsafe entry.pairs else { continue }
            if let free = freePlace(entry.hash) {
                unsafe entries[free] = entry
                used += 1
            } else {
                unsafe pairs.deinitialize(count: Int(entry.count))
                unsafe pairs.deallocate()
            }
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
        // The lower bits choose the place, and are those that a single multiplication mixes least.
        return sum ^ sum >> 32
    }

    @inline(__always)
    private static func has(_ entry: Entry, _ bits: UnsafeRawBufferPointer) -> Bool {
        guard let pairs = unsafe entry.pairs, Int(entry.count) &* 32 == bits.count else { return false }
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
