/// The input that one thread is at, so that a successor knows it where the process ends meanwhile.
///
/// For one thread at a time; of a longer input it holds the beginning.
@safe
package final class InputInWork: Sendable {
    private let arena: Arena
    private let record: Record
    private let offset: Int

    fileprivate static let size = 64 << 10

    /// Throws `ArenaError` where there is no memory.
    package init(in arena: Arena) throws(ArenaError) {
        self.arena = arena
        offset = try arena.allocateApart(Self.size)
        do throws(ArenaError) {
            record = try arena.makeRecord(.input, words: 2, payload: [])
        } catch {
            arena.releaseApart(offset: offset, byteCount: Self.size)
            throw error
        }
        record.word(0).publish(UInt64(offset))
    }

    deinit {
        arena.remove(record)
        arena.releaseApart(offset: offset, byteCount: Self.size)
    }

    /// Says that work at `input` begins.
    package func begin(_ input: RawSpan) {
        let length = min(input.byteCount, Self.size)
        guard length > 0 else { return }
        unsafe input.extracting(first: length).withUnsafeBytes { bytes in
            unsafe UnsafeMutableRawBufferPointer(start: arena.base + offset, count: length)
                .copyMemory(from: bytes)
        }
        record.word(1).publish(UInt64(length))
    }

    /// Says that it is done.
    package func end() { record.word(1).publish(0) }
}

extension ForeignArena {
    /// The inputs that the threads of the process were at when it ended.
    ///
    /// An image has none, as its parts are of different moments.
    package func inputsInWork() -> [[UInt8]] {
        guard stamp == nil else { return [] }
        return records(of: .input).found.filter { $0.words.count == 2 }.compactMap { record in
            guard 1...UInt64(InputInWork.size) ~= record.words[1], record.words[0] < Arena.largestSize else {
                return nil
            }
            return bytes(at: Int(record.words[0]), count: Int(record.words[1]))
        } + unappliedDatagrams().values.compactMap(\.inWork)
    }
}
