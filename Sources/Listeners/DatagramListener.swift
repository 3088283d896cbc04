import Bytes
package import Linux

/// Receives datagrams, UDP or Unix, on a thread of its own; each is a frame.
package final class DatagramListener: Listener {
    /// Datagrams that are still read after a stop, at most.
    static let drainLimit = 100_000

    /// How long no datagram came when the kernel is asked what it dropped: a datagram tells of drops before it only.
    static let dropsPeriod = Duration.seconds(1)

    package let loop: BlockingLoop
    private let name: String
    private let socket: DatagramSocket
    private let memory: ReceiveMemory?
    private let drainTime: Duration

    /// A datagram longer than a slot of `memory` loses its last, incomplete line and is counted as truncated.
    ///
    /// Datagrams that `memory` holds are received first. Without it there are 16 slots for the longest ones, and what they hold at the end
    /// of the process is lost. The thread is called `name`. Once `drainTime` has passed since a stop, no further batch is read.
    package init(
        _ name: String, socket: consuming DatagramSocket, memory: ReceiveMemory? = nil,
        drainTime: Duration = .milliseconds(500)
    ) throws(LinuxError) {
        loop = try BlockingLoop()
        self.name = name
        self.socket = socket
        self.memory = memory
        self.drainTime = drainTime
    }

    package var boundPort: UInt16 { socket.boundPort }

    package func run<Consumer: FrameConsumer & ~Copyable>(
        _ makeConsumer: @escaping @Sendable () throws -> Consumer
    ) async throws {
        try await loop.run(name: name) {
            var consumer = try makeConsumer()
            try self.receive(into: &consumer)
        }
    }

    private func receive<Consumer: FrameConsumer & ~Copyable>(into consumer: inout Consumer) throws {
        var batch = memory.map { ReceiveBatch($0) } ?? ReceiveBatch()
        batch.begin(socket)
        let again = batch.receiveAgain { Self.handOut($0, $1, isTruncated: $2, to: &consumer) }
        if again.datagrams > 0 { report(again, of: batch, to: &consumer) }
        var stopped: ContinuousClock.Instant?
        while stopped == nil {
            let readiness = try PollResult.wait(
                for: socket.descriptor, or: loop.wakeUp, timeout: Self.dropsPeriod)
            if readiness.signalled { loop.answer() }
            if readiness.readable {
                _ = try receiveBatch(&batch, &consumer)
            } else {
                reportDrops(&batch, &consumer)
            }
            stopped = loop.stopped
        }
        if let stopped { try drain(until: stopped + drainTime, &batch, &consumer) }
        reportDrops(&batch, &consumer)
    }

    private func drain<Consumer: FrameConsumer & ~Copyable>(
        until deadline: ContinuousClock.Instant, _ batch: inout ReceiveBatch, _ consumer: inout Consumer
    ) throws(LinuxError) {
        var left = Self.drainLimit
        while left > 0, .now < deadline {
            let count = try receiveBatch(&batch, &consumer)
            if count == 0 { break }
            left -= count
        }
    }

    private func receiveBatch<Consumer: FrameConsumer & ~Copyable>(
        _ batch: inout ReceiveBatch, _ consumer: inout Consumer
    ) throws(LinuxError) -> Int {
        let received = try batch.receive(from: socket) {
            Self.handOut($0, $1, isTruncated: $2, to: &consumer)
        }
        if received.datagrams > 0 { report(received, of: batch, to: &consumer) }
        return received.datagrams
    }

    private static func handOut<Consumer: FrameConsumer & ~Copyable>(
        _ slot: Int, _ datagram: RawSpan, isTruncated: Bool, to consumer: inout Consumer
    ) {
        let frame = isTruncated ? datagram.extracting(0..<wholeLines(datagram)) : datagram
        consumer.receive(frame, inSlot: slot)
    }

    private func report<Consumer: FrameConsumer & ~Copyable>(
        _ received: ReceiveBatch.Received, of batch: borrowing ReceiveBatch, to consumer: inout Consumer
    ) {
        consumer.roundEnded(ListenerStatistics(received))
        if received.kernelDrops > 0 { batch.noteCounted() }
    }

    private func reportDrops<Consumer: FrameConsumer & ~Copyable>(
        _ batch: inout ReceiveBatch, _ consumer: inout Consumer
    ) {
        let drops = batch.drops(of: socket)
        if drops > 0 { report(ReceiveBatch.Received(kernelDrops: drops), of: batch, to: &consumer) }
    }

    /// The length without the cut line at the end, whose number could be taken for a smaller one.
    private static func wholeLines(_ datagram: RawSpan) -> Int {
        var end = datagram.byteCount
        while end > 0, datagram[byte: end - 1] != .newline { end -= 1 }
        return end
    }
}

extension ListenerStatistics {
    fileprivate init(_ received: ReceiveBatch.Received) {
        self.init()
        frames = received.datagrams
        truncated = received.truncated
        kernelDrops = received.kernelDrops
    }
}
