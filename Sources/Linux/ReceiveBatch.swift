import CLinux
import Glibc

/// Receives many datagrams with one call into memory that is allocated once; for one socket and one thread.
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

    private let slots: Int
    private let slotSize: Int
    private let messages: UnsafeMutablePointer<clinux_message>
    private let vectors: UnsafeMutablePointer<iovec>
    private let control: UnsafeMutableRawPointer
    private let data: UnsafeMutableRawPointer
    private var lastDrops: UInt32?

    private static let controlSize = 64

    /// Pages of the `slots` × `slotSize` bytes take memory only once datagrams have filled them.
    package init(slots: Int = 16, slotSize: Int = 65_536) {
        precondition(slots > 0 && slotSize > 0, "a batch needs room for a datagram")
        self.slots = slots
        self.slotSize = slotSize
        unsafe messages = .allocate(capacity: slots)
        unsafe vectors = .allocate(capacity: slots)
        unsafe control = .allocate(byteCount: slots * Self.controlSize, alignment: 16)
        unsafe data = .allocate(byteCount: slots * slotSize, alignment: 64)
        for slot in 0..<slots {
            unsafe vectors[slot] = unsafe iovec(iov_base: data + slot * slotSize, iov_len: slotSize)
            unsafe messages[slot] = unsafe clinux_message()
            unsafe messages[slot].header.msg_iov = unsafe vectors + slot
            unsafe messages[slot].header.msg_iovlen = 1
            unsafe messages[slot].header.msg_control = unsafe control + slot * Self.controlSize
        }
    }

    deinit {
        unsafe messages.deallocate()
        unsafe vectors.deallocate()
        unsafe control.deallocate()
        unsafe data.deallocate()
    }

    /// Takes what the socket holds, at most one datagram per slot, without waiting.
    ///
    /// `body` gets each datagram's bytes, and whether its end was cut off; they are overwritten by the next call.
    package mutating func receive(
        from socket: borrowing DatagramSocket, _ body: (_ datagram: RawSpan, _ isTruncated: Bool) -> Void
    ) throws(LinuxError) -> Received {
        for slot in 0..<slots {
            // The kernel overwrites both with what it used.
            unsafe messages[slot].header.msg_controllen = Self.controlSize
            unsafe messages[slot].header.msg_flags = 0
        }
        let raw = socket.descriptor.rawValue
        let result = unsafe clinux_receive_messages(raw, messages, UInt32(slots))
        guard result >= 0 else {
            let code = errno
            if code == EAGAIN || code == EINTR { return Received() }
            throw .call(operation: "recvmmsg", errno: code, context: "descriptor \(raw)")
        }
        var received = Received(datagrams: Int(result))
        for slot in 0..<Int(result) {
            let isTruncated = unsafe messages[slot].header.msg_flags & Int32(MSG_TRUNC) != 0
            received.truncated += isTruncated ? 1 : 0
            received.kernelDrops += newDrops(slot, since: socket.dropsBefore)
            let length = min(slotSize, Int(unsafe messages[slot].length))
            let bytes = unsafe UnsafeRawBufferPointer(start: data + slot * slotSize, count: length)
            unsafe body(bytes.bytes, isTruncated)
        }
        return received
    }

    /// Drops that no datagram told about yet, as after a burst that nothing followed.
    package mutating func drops(of socket: borrowing DatagramSocket) -> Int {
        advance(to: socket.kernelDrops, since: socket.dropsBefore)
    }

    private mutating func newDrops(_ slot: Int, since before: UInt32) -> Int {
        var total: UInt32 = 0
        guard unsafe clinux_drop_counter(&messages[slot].header, &total) == 1 else { return 0 }
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
