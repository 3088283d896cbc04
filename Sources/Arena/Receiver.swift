package import Linux

/// Where one listener receives datagrams, and how far they are applied, so that a successor goes on with those that are not.
///
/// Thread-safe to make and to hand over; its memory and its log are for one thread at a time.
package final class Receiver: Sendable {
    /// The listener, by a name that a successor gives it too.
    package let name: String
    /// Where the datagrams are.
    package let memory: ReceiveMemory
    /// How far they are applied: the steps of `step(slot:position:)`.
    package let log: RedoLog
    private let arena: Arena
    private let record: Record
    private let offset: Int

    private static let positionBits: UInt64 = 40

    /// The step of a log at which a slot's datagram is applied up to the byte at `position`.
    package static func step(slot: Int, position: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: slot) << positionBits | UInt64(truncatingIfNeeded: position)
    }

    /// The slot of a step.
    package static func slot(of step: UInt64) -> Int { Int(step >> positionBits) }

    /// Up to where the datagram of a step's slot is applied.
    package static func position(of step: UInt64) -> Int { Int(step & (1 << positionBits - 1)) }

    /// Makes room for `slots` datagrams of up to `slotSize` bytes, with those that a predecessor did not apply.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(
        _ name: String, slots: Int = 16, slotSize: Int = 65_536, in arena: Arena,
        goingOnWith left: UnappliedDatagrams? = nil
    ) throws(ArenaError) {
        self.name = name
        self.arena = arena
        offset = try arena.allocateApart(ReceiveMemory.byteCount(slots: slots, slotSize: slotSize))
        unsafe memory = ReceiveMemory(arena.base + offset, slots: slots, slotSize: slotSize)
        do throws(ArenaError) {
            record = try arena.makeRecord(
                .receiver, words: RedoLog.wordCount,
                payload: Layout(slots: slots, slotSize: slotSize, offset: offset).bytes + name.utf8)
        } catch {
            arena.releaseApart(
                offset: offset, byteCount: ReceiveMemory.byteCount(slots: slots, slotSize: slotSize))
            throw error
        }
        log = RedoLog(record, in: arena)
        guard let left else { return }
        memory.countedDrops = left.countedDrops
        for (slot, datagram) in left.datagrams.prefix(slots).enumerated() {
            memory.put(datagram.bytes, isTruncated: datagram.isTruncated, inSlot: slot)
        }
        log.mark(Self.step(slot: 0, position: left.position))
    }

    deinit {
        arena.remove(record)
        arena.releaseApart(
            offset: offset,
            byteCount: ReceiveMemory.byteCount(slots: memory.slots, slotSize: memory.slotSize))
    }

    /// Says that all datagrams of a round are applied; their lengths are taken back by then.
    package func roundEnded() {
        log.reset()
    }

    /// What a successor has to know, before the name.
    fileprivate struct Layout {
        let slots: Int
        let slotSize: Int
        let offset: Int

        static let byteCount = 24

        init(slots: Int, slotSize: Int, offset: Int) {
            (self.slots, self.slotSize, self.offset) = (slots, slotSize, offset)
        }

        init?(_ payload: [UInt8]) {
            guard payload.count >= Self.byteCount else { return nil }
            let numbers = (0..<3).map { index in
                payload[index * 8..<index * 8 + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            }
            guard 1...4096 ~= numbers[0], 1...1 << 24 ~= numbers[1], numbers[2] < Arena.largestSize else {
                return nil
            }
            self.init(slots: Int(numbers[0]), slotSize: Int(numbers[1]), offset: Int(numbers[2]))
        }

        var bytes: [UInt8] {
            [slots, slotSize, offset].flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            }
        }
    }
}

/// The datagrams that one listener of a predecessor had taken from its socket and not applied to the end.
package struct UnappliedDatagrams: Sendable, Equatable {
    /// One of them.
    package struct Datagram: Sendable, Equatable {
        /// What was received.
        package let bytes: [UInt8]
        /// Whether that is not all that was sent.
        package let isTruncated: Bool
    }

    /// In the order in which they came.
    package private(set) var datagrams: [Datagram] = []
    /// Up to where the first one is applied.
    package private(set) var position = 0
    /// Which of the drops of the listener's socket are counted.
    package fileprivate(set) var countedDrops: CountedDrops?

    /// The one in work: the first that is not applied to its end.
    var inWork: [UInt8]? {
        guard let first = datagrams.first else { return nil }
        return datagrams.count > 1 && position >= first.bytes.count ? datagrams[1].bytes : first.bytes
    }
}

extension ForeignArena {
    /// What the listeners of the process had not applied, by their names.
    ///
    /// None of an image: they may have been applied while it was written, and after.
    package func unappliedDatagrams() -> [String: UnappliedDatagrams] {
        var all: [String: UnappliedDatagrams] = [:]
        guard stamp == nil else { return all }
        for record in records(of: .receiver).found {
            guard let layout = Receiver.Layout(record.payload), record.words.count == RedoLog.wordCount
            else {
                continue
            }
            let name = String(decoding: record.payload.dropFirst(Receiver.Layout.byteCount), as: UTF8.self)
            all[name] = unapplied(layout, record.words)
        }
        return all
    }

    private func unapplied(_ layout: Receiver.Layout, _ words: [UInt64]) -> UnappliedDatagrams {
        let mark = words[RedoLog.Word.mark]
        let first = Receiver.slot(of: mark)
        var left = UnappliedDatagrams()
        let drops = layout.offset + ReceiveMemory.dropsOffset(of: layout.slots)
        if let socket: UInt64 = load(at: drops), let total: UInt64 = load(at: drops + 8) {
            left.countedDrops = CountedDrops(socket: socket, storedTotal: total)
        }
        for slot in 0..<layout.slots where slot >= first {
            guard let datagram = datagram(slot, layout) else { continue }
            left.append(datagram, appliedTo: slot == first ? Receiver.position(of: mark) : 0)
        }
        return left
    }

    private func datagram(_ slot: Int, _ layout: Receiver.Layout) -> UnappliedDatagrams.Datagram? {
        let data = ReceiveMemory.dataOffset(ofSlot: slot, of: layout.slots, slotSize: layout.slotSize)
        guard let length: UInt32 = load(at: layout.offset + ReceiveMemory.lengthOffset(ofSlot: slot)),
            let flags: UInt32 = load(at: layout.offset + ReceiveMemory.flagsOffset(ofSlot: slot)),
            length > 0, let bytes = bytes(at: layout.offset + data, count: min(Int(length), layout.slotSize))
        else { return nil }
        return .init(bytes: bytes, isTruncated: ReceiveMemory.isTruncated(flags: flags))
    }
}

extension UnappliedDatagrams {
    fileprivate mutating func append(_ datagram: Datagram, appliedTo position: Int) {
        if datagrams.isEmpty { self.position = position }
        datagrams.append(datagram)
    }
}
