package import Linux

/// Takes what a listener receives, on the listener's thread.
package protocol DatagramConsumer: ~Copyable, SendableMetatype {
    /// `datagram` holds whole lines and is valid during the call only.
    mutating func receive(_ datagram: RawSpan)
    /// Called after each batch that brought or lost something, with what came since the last call.
    mutating func batchEnded(_ batch: ReceiveBatch.Received)
}

/// Receives StatsD datagrams from one socket on a thread of its own.
package final class StatsDListener: Sendable {
    /// Datagrams that are still read after a stop, at most.
    package static let drainLimit = 100_000

    private let socket: DatagramSocket
    private let loop: BlockingLoop
    private let slots: Int
    private let slotSize: Int
    private let drainTime: Duration

    /// A datagram longer than `slotSize` bytes loses its last, incomplete line and is counted as truncated.
    ///
    /// Once `drainTime` has passed since a stop, no further batch is read.
    package init(
        socket: consuming DatagramSocket, slots: Int = 16, slotSize: Int = 65_536,
        drainTime: Duration = .milliseconds(500)
    ) throws(LinuxError) {
        loop = try BlockingLoop()
        self.socket = socket
        self.slots = slots
        self.slotSize = slotSize
        self.drainTime = drainTime
    }

    /// The UDP port that is bound, 0 for a Unix socket.
    package var boundPort: UInt16 { socket.boundPort }

    /// Receives until the calling task is cancelled or `stop()` was called, drains the socket, and returns.
    ///
    /// `makeConsumer` runs on the receiving thread, which alone uses the consumer. One call at a time.
    package func run<Consumer: DatagramConsumer & ~Copyable>(
        _ makeConsumer: @escaping @Sendable () throws -> Consumer
    ) async throws {
        try await loop.run(name: "statsd") {
            var consumer = try makeConsumer()
            try self.receive(into: &consumer)
        }
    }

    /// Ends `run` once the socket is empty, `drainLimit` more datagrams were read or the drain time is over.
    package func stop() { loop.stop() }

    /// Asks the thread for a sign of life: `answers` grows once it came around, even when nothing is received.
    package func ping() { loop.ping() }

    /// How often the thread came around to its wake-up.
    package var answers: UInt64 { loop.answers }

    private func receive<Consumer: DatagramConsumer & ~Copyable>(into consumer: inout Consumer) throws {
        var batch = ReceiveBatch(slots: slots, slotSize: slotSize)
        var stopped: ContinuousClock.Instant?
        while stopped == nil {
            let readiness = try Readiness.wait(for: socket.descriptor, or: loop.wakeUp)
            if readiness.readable { _ = try receiveBatch(&batch, &consumer) }
            if readiness.signalled {
                loop.answer()
                reportDrops(&batch, &consumer)
            }
            stopped = loop.stopped
        }
        if let stopped { try drain(until: stopped + drainTime, &batch, &consumer) }
        reportDrops(&batch, &consumer)
    }

    private func drain<Consumer: DatagramConsumer & ~Copyable>(
        until deadline: ContinuousClock.Instant, _ batch: inout ReceiveBatch, _ consumer: inout Consumer
    ) throws(LinuxError) {
        var left = Self.drainLimit
        while left > 0, .now < deadline {
            let count = try receiveBatch(&batch, &consumer)
            if count == 0 { break }
            left -= count
        }
    }

    private func receiveBatch<Consumer: DatagramConsumer & ~Copyable>(
        _ batch: inout ReceiveBatch, _ consumer: inout Consumer
    ) throws(LinuxError) -> Int {
        let received = try batch.receive(from: socket) { datagram, isTruncated in
            consumer.receive(isTruncated ? datagram.extracting(0..<Self.wholeLines(datagram)) : datagram)
        }
        if received.datagrams > 0 { consumer.batchEnded(received) }
        return received.datagrams
    }

    private func reportDrops<Consumer: DatagramConsumer & ~Copyable>(
        _ batch: inout ReceiveBatch, _ consumer: inout Consumer
    ) {
        let drops = batch.drops(of: socket)
        if drops > 0 { consumer.batchEnded(ReceiveBatch.Received(kernelDrops: drops)) }
    }

    /// The length without the line at the end, which would be taken for a wrong number.
    private static func wholeLines(_ datagram: RawSpan) -> Int {
        var end = datagram.byteCount
        while end > 0, datagram[byte: end - 1] != .newline { end -= 1 }
        return end
    }
}
