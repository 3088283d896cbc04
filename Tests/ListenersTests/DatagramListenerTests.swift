import Bytes
import Linux
import TestKit
import Testing

@testable import Listeners

@Suite(.timeLimit(.minutes(5)))
struct DatagramListenerTests {
    @Test func handsOutEachDatagramAndCountsItsBatch() async throws {
        let listener = try DatagramListener(
            "datagrams", socket: try DatagramSocket(host: "127.0.0.1", port: 0))
        let entries = try await entries(of: listener, until: "1 datagrams, 0 truncated, 0 dropped") {
            sender in
            sender.send("a:1|c\nb:2|g")
        }
        #expect(entries == ["a:1|c\nb:2|g", "1 datagrams, 0 truncated, 0 dropped"])
    }

    @Test func aTruncatedDatagramLosesOnlyItsLastLine() async throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        let listener = try DatagramListener("datagrams", socket: socket, memory: .ofTest(slotSize: 10))
        let entries = try await entries(of: listener, until: "end:1|c") { sender in
            sender.send("a:1|c\nb:20000|c")
            sender.send("without-any-newline:1|c")
            sender.send("end:1|c")
        }
        #expect(
            entries == [
                "a:1|c\n", "1 datagrams, 1 truncated, 0 dropped", "", "1 datagrams, 1 truncated, 0 dropped",
                "end:1|c",
            ])
    }

    @Test func drainsTheSocketAfterAStop() async throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        let listener = try DatagramListener(
            "datagrams", socket: socket, memory: .ofTest(), drainTime: .seconds(600))
        #expect(try await datagramsAfterAStop(of: listener, sent: 20) == 20)
    }

    @Test func readsNothingMoreOnceTheDrainTimeIsOver() async throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        let listener = try DatagramListener("datagrams", socket: socket, memory: .ofTest(), drainTime: .zero)
        #expect(try await datagramsAfterAStop(of: listener, sent: 20) == 0)
    }

    @Test(arguments: [.zero, .milliseconds(1)] as [Duration])
    func aFloodThatGoesOnDoesNotHoldUpTheEnd(drainTime: Duration) async throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0)
        let listener = try DatagramListener(
            "datagrams", socket: socket, memory: .ofTest(), drainTime: drainTime)
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        try SocketClient(udp: listener.boundPort).send("again:1|c")
        try await listener.run {
            FloodedSocket(continuation, try SocketClient(udp: listener.boundPort)) { listener.stop() }
        }
        continuation.finish()
        var datagrams = 0
        for await entry in stream { datagrams += Int(entry) ?? 0 }
        #expect(datagrams >= FloodedSocket.datagramsBeforeStop)
        #expect(datagrams < FloodedSocket.datagramsBeforeStop + DatagramListener.drainLimit)
    }

    @Test func countsWhatTheKernelDropped() async throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0, receiveBuffer: 4096)
        let listener = try DatagramListener(
            "datagrams", socket: socket, memory: .ofTest(), drainTime: .seconds(600))
        let sender = try SocketClient(udp: listener.boundPort)
        for _ in 0..<100 { sender.send(String(repeating: "x", count: 500)) }
        #expect(try await known(to: listener) == 100)
    }

    /// One that knows what its predecessor counted counts the drops from there on; another begins with those on its own watch.
    @Test(arguments: [true, false])
    func aSuccessorCountsWhatWasDroppedMeanwhile(knows: Bool) async throws {
        let first = try DatagramSocket(host: "127.0.0.1", port: 0, receiveBuffer: 4096)
        let descriptor = try first.descriptor.duplicate()
        let memory = ReceiveMemory.ofTest()
        let listener = try DatagramListener(
            "datagrams", socket: first, memory: memory, drainTime: .seconds(600))
        let sender = try SocketClient(udp: listener.boundPort)
        func send() { for _ in 0..<100 { sender.send(String(repeating: "x", count: 500)) } }
        send()
        #expect(try await known(to: listener) == 100)
        send()
        let second = try DatagramSocket(takingOwnership: descriptor)
        #expect(second.kernelDrops > 0)
        let successor = try DatagramListener(
            "datagrams", socket: second, memory: knows ? memory : .ofTest(), drainTime: .seconds(600))
        #expect(try await (known(to: successor) == 100) == knows)
    }

    /// How many datagrams were received or dropped until the listener, which is stopped at once, has drained its socket.
    private func known(to listener: DatagramListener) async throws -> Int {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let task = Task { try await listener.run { DatagramCount(continuation) } }
        task.cancel()
        try await task.value
        continuation.finish()
        var total = 0
        for await entry in stream { total += Int(entry) ?? 0 }
        return total
    }

    /// The last datagram that was kept tells of none that were dropped behind it.
    @Test func tellsOfDropsAfterTheLastDatagram() async throws {
        let socket = try DatagramSocket(host: "127.0.0.1", port: 0, receiveBuffer: 4096)
        let listener = try DatagramListener("datagrams", socket: socket, memory: .ofTest())
        let sender = try SocketClient(udp: listener.boundPort)
        for _ in 0..<100 { sender.send(String(repeating: "x", count: 500)) }
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        async let running: Void = listener.run { DatagramLog(continuation, gate: nil) }
        var received = 0
        var dropped = 0
        for await entry in stream where entry.hasSuffix(" dropped") {
            let numbers = entry.split { !$0.isNumber }.compactMap { Int($0) }
            received += numbers[0]
            dropped += numbers[2]
            if received + dropped == 100 { break }
        }
        listener.stop()
        try await running
        #expect(received > 0)
        #expect(dropped == 100 - received)
        #expect(dropped > 0)
    }

    @Test func answersAPingWithoutTraffic() async throws {
        let listener = try DatagramListener(
            "datagrams", socket: try DatagramSocket(host: "127.0.0.1", port: 0))
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        async let running: Void = listener.run {
            continuation.yield("started")
            return DatagramLog(continuation, gate: nil)
        }
        for await _ in stream { break }
        listener.loop.ping()
        await yield { listener.loop.answers > 0 }
        let answers = listener.loop.answers
        listener.stop()
        try await running
        #expect(answers == 1)
    }

    @Test func whatTheConsumerFactoryThrowsEndsTheRun() async throws {
        let listener = try DatagramListener(
            "datagrams", socket: try DatagramSocket(host: "127.0.0.1", port: 0))
        await #expect(throws: NoConsumer()) {
            try await listener.run { () throws -> DatagramLog in throw NoConsumer() }
        }
    }

    /// How many of `sent` datagrams that wait when the listener is stopped reach the consumer.
    private func datagramsAfterAStop(of listener: DatagramListener, sent: Int) async throws -> Int {
        let gate = try WakeUp()
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        async let running: Void = listener.run { DatagramLog(continuation, gate: gate) }
        let sender = try SocketClient(udp: listener.boundPort)
        var iterator = stream.makeAsyncIterator()
        sender.send("first:1|c")
        #expect(await iterator.next() == "first:1|c")
        for number in 0..<sent { sender.send("later:\(number)|c") }
        listener.stop()
        gate.signal()
        try await running
        continuation.finish()
        var later = 0
        while let entry = await iterator.next() { later += entry.hasPrefix("later:") ? 1 : 0 }
        return later
    }

    /// What the consumer saw up to the entry `last`.
    private func entries(
        of listener: DatagramListener, until last: String, _ send: (borrowing SocketClient) -> Void
    ) async throws -> [String] {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        async let running: Void = listener.run { DatagramLog(continuation, gate: nil) }
        send(try SocketClient(udp: listener.boundPort))
        var entries: [String] = []
        for await entry in stream {
            entries.append(entry)
            if entry == last { break }
        }
        listener.stop()
        try await running
        return entries
    }
}

private struct NoConsumer: Error, Equatable {}

/// Passes on what it sees; with a gate it waits there after the first datagram.
private struct DatagramLog: FrameConsumer {
    private let log: AsyncStream<String>.Continuation
    private var gate: WakeUp?

    init(_ log: AsyncStream<String>.Continuation, gate: WakeUp?) {
        self.log = log
        self.gate = gate
    }

    mutating func receive(_ datagram: RawSpan) {
        log.yield(datagram.text(in: 0..<datagram.byteCount))
        gate?.wait()
        gate = nil
    }

    mutating func roundEnded(_ statistics: ListenerStatistics) {
        log.yield(
            "\(statistics.frames) datagrams, \(statistics.truncated) truncated, \(statistics.kernelDrops) dropped"
        )
    }
}

/// Sends a datagram for each that it receives, so that the socket never runs empty, and stops its listener meanwhile.
private struct FloodedSocket: FrameConsumer, ~Copyable {
    static let datagramsBeforeStop = 1000

    private let log: AsyncStream<String>.Continuation
    private let sender: SocketClient
    private let stop: @Sendable () -> Void
    private var received = 0

    init(
        _ log: AsyncStream<String>.Continuation, _ sender: consuming SocketClient,
        stop: @escaping @Sendable () -> Void
    ) {
        self.log = log
        self.sender = sender
        self.stop = stop
    }

    mutating func receive(_ datagram: RawSpan) {
        received += 1
        if received == Self.datagramsBeforeStop { stop() }
        sender.send("again:1|c")
    }

    mutating func roundEnded(_ statistics: ListenerStatistics) {
        log.yield("\(statistics.frames)")
    }
}

/// Passes on how many datagrams came or were dropped.
private struct DatagramCount: FrameConsumer {
    private let log: AsyncStream<String>.Continuation

    init(_ log: AsyncStream<String>.Continuation) { self.log = log }

    mutating func receive(_ datagram: RawSpan) {}

    mutating func roundEnded(_ statistics: ListenerStatistics) {
        log.yield("\(statistics.frames + statistics.kernelDrops)")
    }
}

extension ReceiveMemory {
    /// One slot, in memory that stays until the end of the process.
    fileprivate static func ofTest(slotSize: Int = 65_536) -> ReceiveMemory {
        let size = byteCount(slots: 1, slotSize: slotSize)
        let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return unsafe ReceiveMemory(base, slots: 1, slotSize: slotSize)
    }
}
