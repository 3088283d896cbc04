import Synchronization

/// A bounded queue of records made of bytes, from one thread to another, in memory that may outlive the process.
///
/// At any time one thread appends and one takes; neither waits nor takes a lock. The memory begins with zeros, or holds the ring of
/// a process that is gone. What it says is checked before it is believed.
@safe package struct ByteRing: Sendable {
    // The memory is kept alive by the maker. Its words are atomic; a record is written before `head` publishes it, and its place is
    // written again only after `tail` gave it back.
    private nonisolated(unsafe) let memory: UnsafeMutableRawPointer
    /// Bytes for records with their sizes, a power of two.
    package let capacity: Int

    /// Bytes of a ring's memory before its records.
    package static let headerSize = 192

    /// How the words lie: each side's own on a line of the cache.
    private enum Word {
        static let head = 0
        /// The position that lies at the first byte.
        static let origin = 8
        /// Whether the appending thread is at it.
        static let busy = 16
        static let tail = 128
    }

    /// Behind the size of a record lies its content; a size of 0 says that the next record is at the first byte.
    private static let prefix = 8

    /// The ring in `headerSize + capacity` bytes at an address that 64 divides.
    @unsafe package init(_ memory: UnsafeMutableRawPointer, capacity: Int) {
        precondition(capacity > 64 && capacity & (capacity - 1) == 0)
        unsafe self.memory = unsafe memory
        self.capacity = capacity
    }

    private func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe (memory + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    private var records: UnsafeMutableRawPointer { unsafe memory + Self.headerSize }

    /// Where the next record goes: positions only grow.
    package var head: UInt64 { unsafe word(Word.head).pointee.load(ordering: .sequentiallyConsistent) }

    /// The first record that nobody took.
    package var tail: UInt64 { unsafe word(Word.tail).pointee.load(ordering: .acquiring) }

    /// Runs `body` unless it runs already, further up in the same thread: then false.
    package func appending(_ body: () -> Void) -> Bool {
        let busy = unsafe word(Word.busy)
        guard unsafe busy.pointee.load(ordering: .relaxed) == 0 else { return false }
        unsafe busy.pointee.store(1, ordering: .relaxed)
        body()
        unsafe busy.pointee.store(0, ordering: .relaxed)
        return true
    }

    /// Appends what `write` writes, and keeps `reserved` bytes free; false where there is no room for it.
    ///
    /// `write` returns false when it finds no room, and may be called a second time then, with more room.
    package func append(reserving reserved: Int, _ write: (inout OutputRawSpan) -> Bool) -> Bool {
        let head = unsafe word(Word.head).pointee.load(ordering: .relaxed)
        let tail = self.tail
        // An empty ring begins at its first byte, so that few records only ever touch the first pages.
        if head == tail { unsafe word(Word.origin).pointee.store(head, ordering: .relaxed) }
        let offset = self.offset(of: head)
        let room = capacity - reserved - Int(head &- tail)
        let rest = capacity - offset
        if let size = put(at: offset, room: min(room, rest), write) {
            publish(head &+ UInt64(size))
            return true
        }
        guard room > rest, let size = put(at: 0, room: room - rest, write) else { return false }
        unsafe records.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
        publish(head &+ UInt64(rest + size))
        return true
    }

    private func offset(of position: UInt64) -> Int {
        let origin = unsafe word(Word.origin).pointee.load(ordering: .relaxed)
        return Int((position &- origin) & UInt64(capacity - 1))
    }

    private func put(at offset: Int, room: Int, _ write: (inout OutputRawSpan) -> Bool) -> Int? {
        guard room > Self.prefix else { return nil }
        let place = unsafe UnsafeMutableRawBufferPointer(
            start: records + offset + Self.prefix, count: (room & ~7) - Self.prefix)
        var span = unsafe OutputRawSpan(buffer: place, initializedCount: 0)
        guard write(&span) else { return nil }
        let size = Self.prefix + span.byteCount
        unsafe records.storeBytes(of: UInt64(size), toByteOffset: offset, as: UInt64.self)
        return (size + 7) & ~7
    }

    private func publish(_ position: UInt64) {
        // Ordered with what says whether the taking thread sleeps; see `LogQueue`.
        unsafe word(Word.head).pointee.store(position, ordering: .sequentiallyConsistent)
    }

    /// Calls `body` with the record at `position`, before `end`; returns the position behind it, or nil where there is none.
    ///
    /// Only for the taking thread, between `tail` and a `head` that it read.
    package func read(at position: UInt64, before end: UInt64, _ body: (RawSpan) -> Void) -> UInt64? {
        // Also keeps the sums below from passing the largest number.
        guard position < end, end - position <= UInt64(capacity), end <= .max - 2 * UInt64(capacity) else {
            return nil
        }
        var position = position
        var offset = self.offset(of: position)
        guard offset % 8 == 0 else { return nil }
        var size = unsafe records.load(fromByteOffset: offset, as: UInt64.self)
        if size == 0 {
            position += UInt64(capacity - offset)
            offset = 0
            guard position < end else { return nil }
            size = unsafe records.load(fromByteOffset: 0, as: UInt64.self)
        }
        guard size > Self.prefix, size <= min(end - position, UInt64(capacity - offset)) else { return nil }
        let record = unsafe UnsafeRawBufferPointer(
            start: records + offset + Self.prefix, count: Int(size) - Self.prefix)
        body(unsafe record.bytes)
        return position + ((size + 7) & ~7)
    }

    /// Gives the memory of all records before `position` back.
    package func take(upTo position: UInt64) {
        unsafe word(Word.tail).pointee.store(position, ordering: .releasing)
    }
}
