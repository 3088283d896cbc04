import CLinux
import Glibc
import Synchronization

/// Receives many datagrams with one call into memory that stays the same; for one socket and one thread.
@safe package struct ReceiveBatch: ~Copyable {
    /// What one call brought.
    package struct Received: Equatable, Sendable {
        /// Datagrams handed out, truncated ones included; 0 when the socket was empty.
        package var datagrams = 0
        /// Datagrams that were longer than a slot.
        package var truncated = 0
        /// Datagrams the kernel dropped since the last call, as far as this call's datagrams tell.
        package var kernelDrops = 0

        package init(datagrams: Int = 0, truncated: Int = 0, kernelDrops: Int = 0) {
            self.datagrams = datagrams
            self.truncated = truncated
            self.kernelDrops = kernelDrops
        }
    }

    private let memory: ReceiveMemory
    private let vectors: UnsafeMutablePointer<iovec>
    private let control: UnsafeMutableRawPointer
    /// What is freed with the batch: the memory, where it is the batch's own.
    private let owned: UnsafeMutableRawPointer?
    private var lastDrops: UInt32?
    private var cookie: UInt64 = 0

    private static let controlSize = 64

    /// A batch with memory of its own; its pages take memory only once datagrams have filled them.
    package init(slots: Int = 16, slotSize: Int = 65_536) {
        let size = ReceiveMemory.byteCount(slots: slots, slotSize: slotSize)
        let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        // The bytes of the slots stay as they are.
        unsafe base.initializeMemory(
            as: UInt8.self, repeating: 0,
            count: ReceiveMemory.dataOffset(ofSlot: 0, of: slots, slotSize: slotSize))
        unsafe self.init(ReceiveMemory(base, slots: slots, slotSize: slotSize), owned: base)
    }

    /// A batch that receives into `memory`, which outlives it.
    package init(_ memory: ReceiveMemory) { unsafe self.init(memory, owned: nil) }

    private init(_ memory: ReceiveMemory, owned: UnsafeMutableRawPointer?) {
        self.memory = memory
        unsafe self.owned = unsafe owned
        unsafe vectors = .allocate(capacity: memory.slots)
        unsafe control = .allocate(byteCount: memory.slots * Self.controlSize, alignment: 16)
        // Field by field: a message may hold the length of a datagram that was received before.
        for slot in 0..<memory.slots {
            let bytes = unsafe memory.bytes(ofSlot: slot)
            unsafe vectors[slot] = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
            unsafe memory.messages[slot].header.msg_name = nil
            unsafe memory.messages[slot].header.msg_namelen = 0
            unsafe memory.messages[slot].header.msg_iov = unsafe vectors + slot
            unsafe memory.messages[slot].header.msg_iovlen = 1
            unsafe memory.messages[slot].header.msg_control = unsafe control + slot * Self.controlSize
        }
    }

    deinit {
        unsafe vectors.deallocate()
        unsafe control.deallocate()
        if let owned = unsafe owned { unsafe owned.deallocate() }
    }

    /// Begins at a socket: of its drops those are new that were not counted by whoever used the memory before.
    package mutating func begin(_ socket: borrowing DatagramSocket) {
        cookie = socket.cookie
        let counted = memory.countedDrops
        let isSame = counted?.socket == cookie
        lastDrops = isSame ? counted?.total : socket.dropsBefore
        noteCounted()
    }

    /// Says that all drops that calls told about are counted.
    package func noteCounted() {
        guard let lastDrops else { return }
        memory.countedDrops = CountedDrops(socket: cookie, total: lastDrops)
    }

    /// Takes what the socket holds, at most one datagram per slot, without waiting.
    ///
    /// `body` gets each datagram's slot, its bytes, and whether its end was cut off; they are overwritten by the next call.
    package mutating func receive(
        from socket: borrowing DatagramSocket,
        _ body: (_ slot: Int, _ datagram: RawSpan, _ isTruncated: Bool) -> Void
    ) throws(LinuxError) -> Received {
        for slot in 0..<memory.slots {
            // The kernel overwrites both with what it used.
            unsafe memory.messages[slot].header.msg_controllen = Self.controlSize
            unsafe memory.messages[slot].header.msg_flags = 0
        }
        let raw = socket.descriptor.rawValue
        let result = unsafe clinux_receive_messages(raw, memory.messages, UInt32(memory.slots))
        guard result >= 0 else {
            let code = errno
            if code == EAGAIN || code == EINTR { return Received() }
            throw .call(operation: "recvmmsg", errno: code, context: "descriptor \(raw)")
        }
        var received = Received(datagrams: Int(result))
        for slot in 0..<Int(result) { received.kernelDrops += newDrops(slot, since: socket.dropsBefore) }
        received.truncated = handOut(0..<Int(result), body)
        return received
    }

    /// Hands out the datagrams that the memory held from the beginning on, as `receive` does those of the socket.
    package mutating func receiveAgain(
        _ body: (_ slot: Int, _ datagram: RawSpan, _ isTruncated: Bool) -> Void
    ) -> Received {
        let slots = (0..<memory.slots).filter { unsafe memory.messages[$0].length > 0 }
        guard let last = slots.last else { return Received() }
        return Received(datagrams: slots.count, truncated: handOut(0..<last + 1, body))
    }

    /// Calls `body` with the datagrams, all of which are worked through then; returns how many of them were cut.
    private func handOut(
        _ slots: Range<Int>, _ body: (_ slot: Int, _ datagram: RawSpan, _ isTruncated: Bool) -> Void
    ) -> Int {
        var truncated = 0
        for slot in slots {
            let isTruncated = unsafe ReceiveMemory.isTruncated(
                flags: UInt32(bitPattern: memory.messages[slot].header.msg_flags))
            truncated += isTruncated ? 1 : 0
            let length = min(memory.slotSize, Int(unsafe memory.messages[slot].length))
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: memory.bytes(ofSlot: slot)[..<length])
            unsafe body(slot, bytes.bytes, isTruncated)
        }
        // What `body` wrote lies before the lengths, for who reads the memory after the end of the process.
        atomicMemoryFence(ordering: .acquiringAndReleasing)
        for slot in slots { unsafe memory.messages[slot].length = 0 }
        return truncated
    }

    /// Drops that no datagram told about yet, as after a burst that nothing followed.
    package mutating func drops(of socket: borrowing DatagramSocket) -> Int {
        advance(to: socket.kernelDrops, since: socket.dropsBefore)
    }

    private mutating func newDrops(_ slot: Int, since before: UInt32) -> Int {
        var total: UInt32 = 0
        guard unsafe clinux_drop_counter(&memory.messages[slot].header, &total) == 1 else { return 0 }
        return advance(to: total, since: before)
    }

    /// The counter is 32 bits wide and may wrap; one that seems to step back was overtaken by `drops(of:)`.
    private mutating func advance(to total: UInt32, since before: UInt32) -> Int {
        let step = Int32(bitPattern: total &- (lastDrops ?? before))
        guard step > 0 else { return 0 }
        lastDrops = total
        return Int(step)
    }
}
