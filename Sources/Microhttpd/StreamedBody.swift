import Synchronization

/// What a producer says after it was asked for bytes.
package enum StreamStep: Sendable, Equatable {
    /// There is more; without any bytes it counts as a pause.
    case more
    /// Nothing more until `StreamedBody.resume` is called.
    case pause
    /// The body is complete.
    case end
    /// The body can't be completed: the connection is broken off, so that the client notices.
    case fail
}

/// How a stream ended.
package enum StreamOutcome: Sendable, Equatable {
    /// The whole body was handed to the kernel, or a HEAD wanted none of it.
    case complete
    /// The client has gone, was too slow, or the server has stopped.
    case broken
}

/// Makes a body piece by piece; called by one thread at a time.
package protocol StreamProducer: Sendable {
    /// Appends the next bytes to `chunk`, which is empty; called when the client has taken those before.
    ///
    /// Called on libmicrohttpd's threads, so it must not block. What it appends bounds the memory of a stream.
    mutating func fill(_ chunk: inout [UInt8]) -> StreamStep
    /// The stream is over: called exactly once, after the last `fill`.
    mutating func ended(_ outcome: StreamOutcome)
}

/// A body that is made while it is sent; one answer can have it.
///
/// A paused stream costs no thread and no polling, and libmicrohttpd does not watch its connection. So it wakes after
/// `keepAlive.period` and sends `keepAlive.bytes`, which fails where the client has gone.
package final class StreamedBody: Sendable {
    /// What a paused stream sends now and then.
    package struct KeepAlive: Sendable {
        let period: Duration
        let bytes: [UInt8]

        /// `bytes`, at least one, should mean nothing to the client, as `:\n\n` does in server-sent events.
        package init(every period: Duration, sending bytes: [UInt8]) {
            self.period = period
            self.bytes = bytes
        }

        /// For a body that must not have anything else in it, whose pauses are short.
        package static let never = KeepAlive(every: .seconds(1 << 30), sending: [UInt8(ascii: "\n")])

        /// A comment every 15 seconds.
        package static let serverSentEvents = KeepAlive(every: .seconds(15), sending: Array(":\n\n".utf8))
    }

    /// What other threads look at and change.
    private struct State {
        /// Set while libmicrohttpd holds the connection back.
        var suspended: HeldConnection?
        var wakesAt = ContinuousClock.now
        /// Woken, and libmicrohttpd has not come back yet.
        var isWaking = false
        var isResumed = false
        var isKeptAlive = false
        var isClosing = false

        mutating func wake() {
            guard let connection = suspended else { return }
            suspended = nil
            isWaking = true
            connection.resume()
        }
    }

    /// What only the connection's thread uses, but for `total`.
    private struct Source: ~Copyable {
        var producer: any StreamProducer
        /// Nil while what the producer makes is sent as it is.
        var encoder: StreamEncoder?
        /// Held for as long as there is an encoder.
        var place: Place?
        /// What the producer made, where it is not sent as it is.
        var piece: [UInt8] = []
        var chunk: [UInt8] = []
        var sent = 0
        var total = 0
        var step = StreamStep.more
        /// Nothing was made since the last pause.
        var isSilent = true
        /// A stop or a deadline ended it in a pause.
        var isCutShort = false
        var isOver = false

        init(_ producer: any StreamProducer) {
            self.producer = producer
        }

        /// Makes `chunk` the next that the producer gives.
        mutating func fill() {
            chunk.removeAll(keepingCapacity: true)
            sent = 0
            piece.removeAll(keepingCapacity: true)
            step = producer.fill(&piece)
            isSilent = isSilent && piece.isEmpty
            // Without a pause, a producer that has no bytes would be asked again and again by this thread.
            if piece.isEmpty, step == .more { step = .pause }
            switch step {
            case .more, .fail: encode(.none)
            case .pause: encode(.everything)
            case .end: encode(.end)
            }
        }

        /// Makes `chunk` of `bytes`, compressed where the stream is, without asking the producer.
        mutating func send(_ bytes: [UInt8], _ flush: EncoderFlush) {
            chunk.removeAll(keepingCapacity: true)
            sent = 0
            piece = bytes
            encode(flush)
        }

        private mutating func encode(_ flush: EncoderFlush) {
            if encoder == nil {
                swap(&piece, &chunk)
            } else {
                encoder?.encode(piece, appendingTo: &chunk, flush)
            }
        }
    }

    private let state = Mutex(State())
    private let source: Mutex<Source>
    private let keepAlive: KeepAlive
    private let isTaken = Atomic(false)

    /// A body made by `producer`.
    package init(_ producer: any StreamProducer, keepAlive: KeepAlive = .serverSentEvents) {
        source = Mutex(Source(producer))
        self.keepAlive = keepAlive
    }

    deinit {
        // Reached without an end by a body that was never sent, such as one with a status that has none.
        end(.broken)
    }

    /// Makes the producer be asked again; callable from any thread at any time, also by the producer itself.
    package func resume() {
        state.withLock { state in
            if state.suspended == nil { state.isResumed = true }
            state.wake()
        }
    }

    /// Bytes made until now.
    var total: Int { source.withLock { $0.total } }

    /// Whether libmicrohttpd holds the connection back, or has not noticed yet that it no longer should.
    var isHeld: Bool { state.withLock { $0.suspended != nil || $0.isWaking } }

    /// True for the first caller: a body is sent once.
    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }

    /// Sends the body compressed from now on; false if memory is short.
    func compress(as coding: ContentCoding, holding place: Place) -> Bool {
        source.withLock { source in
            source.encoder = StreamEncoder(coding)
            guard source.encoder != nil else { return false }
            source.place = place
            return true
        }
    }

    /// Ends the stream at its next pause, or now if it is paused.
    func close() {
        state.withLock { state in
            state.isClosing = true
            state.wake()
        }
    }

    /// Wakes a stream that has paused for the period of its keep-alive.
    func wake(at now: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.suspended != nil, state.wakesAt <= now else { return }
            state.isKeptAlive = true
            state.wake()
        }
    }

    /// Tells the producer; further calls do nothing.
    func end(_ outcome: StreamOutcome) {
        state.withLock { state in
            state.suspended = nil
            state.isWaking = false
        }
        source.withLock { source in
            guard !source.isOver else { return }
            source.isOver = true
            source.encoder = nil
            source.place = nil
            source.producer.ended(source.isCutShort ? .broken : outcome)
        }
    }
}

extension StreamedBody: Equatable {
    /// True for the same body only.
    package static func == (one: StreamedBody, other: StreamedBody) -> Bool { one === other }
}

// What libmicrohttpd asks for, on the connection's thread.
extension StreamedBody {
    enum Reading: Equatable {
        case bytes(Int)
        /// The connection was suspended.
        case suspended
        case end
        case failure
    }

    private enum Pause {
        case ask
        case keepAlive
        case suspended
        case end
    }

    /// Copies what comes next into `buffer`, or suspends the connection while there is nothing.
    func read(into buffer: ReadBuffer, from connection: HeldConnection) -> Reading {
        state.withLock { $0.isWaking = false }
        while true {
            let (reading, isSilent) = source.withLock { source in
                (Self.read(&source, into: buffer), source.isSilent)
            }
            if let reading { return reading }
            switch pause(connection, isSilent: isSilent) {
            case .ask: continue
            case .suspended: return .suspended
            case .keepAlive: source.withLock { $0.send(keepAlive.bytes, .everything) }
            case .end:
                source.withLock { source in
                    source.isCutShort = true
                    source.step = .end
                    source.send([], .end)
                }
            }
        }
    }

    /// Nil where the producer pauses.
    private static func read(
        _ source: inout Source, into buffer: ReadBuffer
    ) -> Reading? {
        // Compressed, a piece may give no byte yet.
        while source.sent == source.chunk.count, source.step == .more { source.fill() }
        if source.sent < source.chunk.count {
            let count = min(buffer.count, source.chunk.count - source.sent)
            buffer.copy(source.chunk[source.sent..<source.sent + count])
            source.sent += count
            source.total += count
            return .bytes(count)
        }
        switch source.step {
        case .end: return .end
        case .fail: return .failure
        case .more, .pause:
            source.step = .more
            return nil
        }
    }

    /// Suspends the connection, unless there was a `resume` since the producer was asked.
    private func pause(_ connection: HeldConnection, isSilent: Bool) -> Pause {
        let pause: Pause = state.withLock { state in
            let isKeptAlive = state.isKeptAlive
            state.isKeptAlive = false
            if state.isClosing { return .end }
            if state.isResumed {
                state.isResumed = false
                return .ask
            }
            if isKeptAlive, isSilent { return .keepAlive }
            state.suspended = connection
            state.wakesAt = .now + keepAlive.period
            connection.suspend()
            return .suspended
        }
        source.withLock { $0.isSilent = true }
        return pause
    }
}
