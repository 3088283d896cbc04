import Synchronization

/// Something that a successor of the process has to know, in memory of the arena: constant bytes with a checksum, and words that change.
///
/// The directory leads to it from the moment on that it is whole. Valid until its maker removes it.
@safe
package struct Record: Sendable {
    // The pointer leads to memory of the arena, which the maker keeps alive; the words are atomic, the rest is constant.
    private nonisolated(unsafe) let pointer: UnsafeMutableRawPointer
    /// Where it begins; other records name it by that.
    package let offset: Int
    let byteCount: Int
    /// Where the directory leads to it.
    let entry: Directory.Entry

    /// What a record is about; the numbers are part of the layout.
    package enum Kind: UInt16, Sendable, CaseIterable {
        /// The rows of metrics that share them.
        case table = 1
        /// A metric.
        case family = 2
        /// Where a listener receives datagrams, and how far they are applied.
        case receiver = 3
        /// How a process ended.
        case end = 4
        /// How far the clients have come that number their events.
        case clients = 5
        /// The input that a thread is at.
        case input = 6
        /// Inputs that processes ended at.
        case suspects = 7
        /// What names from a wire are known.
        case names = 8
    }

    /// How the parts of a record lie, in bytes.
    enum Layout {
        static let checksum = 0
        static let kind = 8
        static let wordCount = 10
        static let payloadSize = 12
        static let words = 16

        static func size(words: Int, payload: Int) -> Int { Self.words + words * 8 + payload }
    }

    init(_ pointer: UnsafeMutableRawPointer, offset: Int, byteCount: Int, entry: Directory.Entry) {
        unsafe self.pointer = unsafe pointer
        self.offset = offset
        self.byteCount = byteCount
        self.entry = entry
    }

    /// The number at `index`, which any thread may change.
    package func word(_ index: Int) -> Cell {
        unsafe Cell((pointer + Layout.words + index * 8).assumingMemoryBound(to: Atomic<UInt64>.self))
    }

    /// What proves that kind, sizes and payload are those that were written.
    static func checksum(kind: UInt16, wordCount: UInt16, payload: UnsafeRawBufferPointer) -> UInt64 {
        let start = UInt64(kind) << 48 | UInt64(wordCount) << 32 | UInt64(UInt32(clamping: payload.count))
        return unsafe RowHash.hash(payload, seed: start)
    }
}

extension Arena {
    /// A new record, which the directory leads to; its words are zeros behind those that are given.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package func makeRecord(
        _ kind: Record.Kind, words: Int, startingWith values: [UInt64] = [], payload: [UInt8]
    ) throws(ArenaError) -> Record {
        let size = Record.Layout.size(words: words, payload: payload.count)
        let offset = try allocate(size, isPrivileged: true)
        let start = unsafe base + offset
        unsafe start.storeBytes(of: kind.rawValue, toByteOffset: Record.Layout.kind, as: UInt16.self)
        unsafe start.storeBytes(of: UInt16(words), toByteOffset: Record.Layout.wordCount, as: UInt16.self)
        unsafe start.storeBytes(
            of: UInt32(payload.count), toByteOffset: Record.Layout.payloadSize, as: UInt32.self)
        for (index, value) in values.enumerated() {
            unsafe start.storeBytes(of: value, toByteOffset: Record.Layout.words + index * 8, as: UInt64.self)
        }
        unsafe payload.withUnsafeBytes { bytes in
            unsafe UnsafeMutableRawBufferPointer(start: start + size - payload.count, count: payload.count)
                .copyMemory(from: bytes)
            unsafe start.storeBytes(
                of: Record.checksum(kind: kind.rawValue, wordCount: UInt16(words), payload: bytes),
                as: UInt64.self)
        }
        do throws(ArenaError) {
            let entry = try directory.withLock { directory throws(ArenaError) in
                try directory.enter(offset, in: self)
            }
            return unsafe Record(start, offset: offset, byteCount: size, entry: entry)
        } catch {
            release(offset: offset, byteCount: size)
            throw error
        }
    }

    /// Takes a record out of the directory and gives its memory back; nobody reads it any more.
    ///
    /// Not where the memory is left to a successor.
    package func remove(_ record: Record) {
        guard !isLeft.load(ordering: .relaxed) else { return }
        directory.withLock { $0.remove(record.entry, from: self) }
        release(offset: record.offset, byteCount: record.byteCount)
    }
}
