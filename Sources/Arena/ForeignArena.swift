package import Linux

/// An arena of another process, which has ended, or a copy of one; nothing in it is trusted.
///
/// Of one that lives on, a copy that is private to its reader. Where the process was about to write numbers, they are written first.
/// What is asked for is copied once and checked then, so that whatever its owner, or a broken memory, does to it, an answer is in bounds.
@safe
package final class ForeignArena: Sendable {
    private let memory: SharedMemory
    /// A copy of the header.
    let headerBytes: [UInt8]

    /// Why there is nothing to be read.
    package enum Refusal: Error, Equatable, CustomStringConvertible {
        /// It is too short, or begins with something else.
        case notAnArena
        /// It has a layout that this version does not know.
        case unknownLayout(UInt32)
        /// What its header says is not what was written there.
        case damagedHeader
        /// A part of it is missing.
        case truncated(size: Int, expected: Int)

        /// One sentence.
        package var description: String {
            switch self {
            case .notAnArena: "This is no store of series."
            case .unknownLayout(let number):
                "The store has the layout \(number), and this version knows \(Arena.layoutVersion)."
            case .damagedHeader: "The header of the store is damaged."
            case .truncated(let size, let expected):
                "The store has \(size) bytes, and should have \(expected)."
            }
        }
    }

    /// Looks at a file's memory.
    ///
    /// - Parameter isInUse: whether this very process writes it, which carries out by itself what it planned.
    package init(_ memory: consuming SharedMemory, isInUse: Bool = false) throws(Refusal) {
        let size = memory.size
        let count = min(size, Arena.Header.end)
        headerBytes = unsafe Array(UnsafeRawBufferPointer(start: memory.baseAddress, count: count))
        self.memory = memory
        guard word(Arena.Header.magicPlace) == Arena.Header.magic else { throw .notAnArena }
        let version = UInt32(truncatingIfNeeded: word(Arena.Header.layout))
        guard version == Arena.layoutVersion else { throw .unknownLayout(version) }
        guard size >= Arena.Header.size else { throw .truncated(size: size, expected: Arena.Header.size) }
        guard word(Arena.Header.constantsChecksum) == Arena.Header.checksum(ofConstants: headerBytes) else {
            throw .damagedHeader
        }
        try checkImage()
        // In an image, what was planned when a page of it was copied may be done in another one.
        if stamp == nil, !isInUse { completePlans() }
    }

    /// The number at a place of the header, as it was when the arena was opened.
    func word(_ place: Int) -> UInt64 {
        guard place + 8 <= headerBytes.count else { return 0 }
        return (0..<8).reduce(0) { $0 | UInt64(headerBytes[place + $1]) << UInt64($1 * 8) }
    }

    /// Of the hashes of all tables.
    package var seed: UInt64 { word(Arena.Header.seed) }

    /// See `Arena.complete`; 0 where its owner died before.
    package var generation: UInt64 { word(Arena.Header.generation) }

    /// What it has in common with all that went on with it, and with what it went on with.
    package var lineage: UInt64 { word(Arena.Header.lineage) }

    /// Counts that a process goes on with it, where the next one sees that; returns how many did in a row that have not succeeded.
    package func countAttempt() -> UInt64 {
        let attempts = (load(UInt64.self, at: Arena.Header.attempts) ?? 0) &+ 1
        unsafe memory.baseAddress.storeBytes(
            of: attempts, toByteOffset: Arena.Header.attempts, as: UInt64.self)
        return attempts
    }

    /// Takes the last attempt back, which ended in order.
    package func takeBackAttempt() {
        guard let attempts: UInt64 = load(at: Arena.Header.attempts), attempts > 0 else { return }
        unsafe memory.baseAddress.storeBytes(
            of: attempts - 1, toByteOffset: Arena.Header.attempts, as: UInt64.self)
    }

    /// Another descriptor of its file, for a copy; nil where the process is out of descriptors.
    package func duplicateDescriptor() -> Descriptor? { Descriptor.duplicate(of: memory.descriptor.rawValue) }

    /// The number at an offset; nil where it is not in the arena.
    func load<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type = Value.self, at offset: Int)
        -> Value?
    {
        guard contains(offset, MemoryLayout<Value>.size) else { return nil }
        return unsafe memory.baseAddress.loadUnaligned(fromByteOffset: offset, as: Value.self)
    }

    /// Bytes from an offset on; nil where they are not all in the arena.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        guard count >= 0, contains(offset, count) else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: memory.baseAddress + offset, count: count))
    }

    /// Writes a number where the process itself would have written it next.
    func store(_ value: UInt64, at offset: UInt64) {
        guard offset >= Arena.Header.size, offset % 8 == 0, offset < Arena.largestSize,
            contains(Int(offset), 8)
        else { return }
        unsafe memory.baseAddress.storeBytes(of: value, toByteOffset: Int(offset), as: UInt64.self)
    }

    /// Copies bytes that are in the arena into `target`, which is as long at least.
    @unsafe
    func copy(from offset: Int, count: Int, to target: UnsafeMutableRawBufferPointer) {
        precondition(contains(offset, count) && count <= target.count)
        unsafe target.copyMemory(
            from: UnsafeRawBufferPointer(start: memory.baseAddress + offset, count: count))
    }

    func contains(_ offset: Int, _ count: Int) -> Bool {
        offset >= 0 && count <= memory.size && offset <= memory.size - count
    }

    /// The layout that this version knows.
    package static var layout: UInt32 { Arena.layoutVersion }

    /// Bytes of the file.
    package var size: Int { memory.size }

    /// Whether whoever owned it said that nothing of it is to go on; see `Arena.forsake`.
    package var isForsaken: Bool { load(UInt64.self, at: Arena.Header.forsaken) ?? 0 != 0 }
}

/// A record of a foreign arena whose checksum is right.
package struct ForeignRecord: Sendable {
    /// What it is about.
    package let kind: Record.Kind
    /// Where it is; other records know it by that.
    package let offset: Int
    /// The numbers that change.
    package let words: [UInt64]
    /// What was written when it was made.
    package let payload: [UInt8]
}

extension ForeignArena {
    /// Every record that is whole, of one kind or of all, and how many are not.
    package func records(of kind: Record.Kind? = nil) -> (found: [ForeignRecord], broken: Int) {
        var found: [ForeignRecord] = []
        var broken = 0
        var seen: Set<Int> = []
        var page = offset(at: Arena.Header.directory)
        while page != 0, seen.insert(page).inserted {
            for index in 1...Directory.entriesPerPage {
                let entry = offset(at: page + index * 8)
                guard entry != 0 else { continue }
                if let kind, load(UInt16.self, at: entry + Record.Layout.kind) != kind.rawValue { continue }
                if seen.insert(entry).inserted, let record = record(at: entry) {
                    found.append(record)
                } else {
                    broken += 1
                }
            }
            page = offset(at: page)
        }
        return (found, broken)
    }

    /// The offset that is written at an offset; 0 for none, and where it can't be one.
    private func offset(at place: Int) -> Int {
        guard let value = load(UInt64.self, at: place), value < Arena.largestSize, value % 8 == 0 else {
            return 0
        }
        return Int(value)
    }

    private func record(at offset: Int) -> ForeignRecord? {
        guard let checksum = load(UInt64.self, at: offset + Record.Layout.checksum),
            let number = load(UInt16.self, at: offset + Record.Layout.kind),
            let kind = Record.Kind(rawValue: number),
            let wordCount = load(UInt16.self, at: offset + Record.Layout.wordCount),
            let size = load(UInt32.self, at: offset + Record.Layout.payloadSize)
        else { return nil }
        let words = (0..<Int(wordCount)).compactMap {
            load(UInt64.self, at: offset + Record.Layout.words + $0 * 8)
        }
        guard words.count == Int(wordCount),
            let payload = bytes(at: offset + Record.Layout.words + words.count * 8, count: Int(size)),
            unsafe payload.withUnsafeBytes({ bytes in
                unsafe Record.checksum(kind: number, wordCount: wordCount, payload: bytes)
            }) == checksum
        else { return nil }
        return ForeignRecord(kind: kind, offset: offset, words: words, payload: payload)
    }
}
