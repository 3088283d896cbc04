import CLinux
import Glibc
import Synchronization

/// Memory that datagrams are received into: a message for each slot, and behind them the slots' bytes.
///
/// The kernel itself writes into a message how long its datagram is. Until a `ReceiveBatch` takes that back, the datagram is one that
/// was taken from its socket and not worked through: what a successor goes on with, where the memory outlives the process.
@safe package struct ReceiveMemory: @unchecked Sendable {
    // Unchecked because of the pointer: whoever made the memory keeps it, and one batch at a time uses it.
    @unsafe let base: UnsafeMutableRawPointer
    /// How many datagrams it can hold.
    package let slots: Int
    /// How many bytes of each.
    package let slotSize: Int

    /// Takes memory of `byteCount(slots:slotSize:)` bytes, of zeros or as another one left it, at a multiple of 64.
    @unsafe
    package init(_ base: UnsafeMutableRawPointer, slots: Int, slotSize: Int) {
        precondition(slots > 0 && slotSize > 0, "a batch needs room for a datagram")
        unsafe self.base = unsafe base
        self.slots = slots
        self.slotSize = slotSize
    }

    /// How many bytes the memory takes.
    package static func byteCount(slots: Int, slotSize: Int) -> Int {
        dataOffset(ofSlot: slots, of: slots, slotSize: slotSize)
    }

    /// Where in the memory the length of a slot's datagram is, in 32 bits: 0 where there is none.
    package static func lengthOffset(ofSlot slot: Int) -> Int { slot * messageSize + lengthOffset }

    /// Where in the memory the flags of a slot's datagram are, in 32 bits.
    package static func flagsOffset(ofSlot slot: Int) -> Int { slot * messageSize + flagsOffset }

    /// Where in the memory of `slots` slots its `CountedDrops` are: two numbers of 64 bits.
    package static func dropsOffset(of slots: Int) -> Int { slots * messageSize }

    /// Where in the memory of `slots` slots the bytes of one begin.
    package static func dataOffset(ofSlot slot: Int, of slots: Int, slotSize: Int) -> Int {
        (dropsOffset(of: slots) + 16 + 63) / 64 * 64 + slot * slotSize
    }

    /// Whether the flags are those of a datagram that was longer than its slot.
    package static func isTruncated(flags: UInt32) -> Bool { flags & UInt32(MSG_TRUNC) != 0 }

    private static let messageSize = unsafe MemoryLayout<clinux_message>.stride
    private static let lengthOffset = unsafe MemoryLayout<clinux_message>.offset(of: \.length) ?? 0
    private static let flagsOffset = unsafe MemoryLayout<clinux_message>.offset(of: \.header.msg_flags) ?? 0

    /// Puts a datagram that somebody else has received into an empty slot; one that is longer than the slot is cut.
    package func put(_ datagram: [UInt8], isTruncated: Bool, inSlot slot: Int) {
        let length = min(datagram.count, slotSize)
        unsafe bytes(ofSlot: slot).copyBytes(from: datagram.prefix(length))
        unsafe messages[slot].header.msg_flags =
            isTruncated || length < datagram.count ? Int32(MSG_TRUNC) : 0
        unsafe messages[slot].length = UInt32(length)
    }

    /// How many of a socket's drops are counted; nil where no socket was received from.
    package var countedDrops: CountedDrops? {
        get { CountedDrops(socket: unsafe drops[0], storedTotal: unsafe drops[1]) }
        nonmutating set {
            guard let newValue else { return unsafe drops[0] = 0 }
            // A successor that finds the socket finds its total.
            unsafe drops[1] = UInt64(newValue.total)
            atomicMemoryFence(ordering: .acquiringAndReleasing)
            unsafe drops[0] = newValue.socket
        }
    }

    @unsafe private var drops: UnsafeMutablePointer<UInt64> {
        unsafe (base + Self.dropsOffset(of: slots)).assumingMemoryBound(to: UInt64.self)
    }

    @unsafe var messages: UnsafeMutablePointer<clinux_message> {
        unsafe base.assumingMemoryBound(to: clinux_message.self)
    }

    @unsafe func bytes(ofSlot slot: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(
            start: base + Self.dataOffset(ofSlot: slot, of: slots, slotSize: slotSize), count: slotSize)
    }
}
