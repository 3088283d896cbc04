/// Takes what a listener receives, on the listener's thread: what a wire protocol does with a frame.
package protocol FrameConsumer: ~Copyable, SendableMetatype {
    /// `frame` is a datagram, or a frame of a stream, which is never empty; it is valid during the call only.
    mutating func receive(_ frame: RawSpan)
    /// As `receive(_:)`, of a datagram in a slot of `ReceiveMemory`; the slots of a round ascend.
    mutating func receive(_ datagram: RawSpan, inSlot slot: Int)
    /// What the connection is answered that sent the frames since the last call; called after each read of a connection.
    ///
    /// It is sent at once or not at all: a client whose socket has no room for it is cut. Datagrams have no answer.
    mutating func takeReply() -> [UInt8]
    /// Called after each round that counted something, with what came since the last call.
    mutating func roundEnded(_ statistics: ListenerStatistics)
}

extension FrameConsumer where Self: ~Copyable {
    /// For those that keep no account of slots.
    package mutating func receive(_ datagram: RawSpan, inSlot slot: Int) { receive(datagram) }
    /// No answer.
    package mutating func takeReply() -> [UInt8] { [] }
}

/// Told what a listener counted, on the listener's thread.
package typealias ListenerReport = @Sendable (ListenerStatistics) -> Void

/// What a listener counted since it last told.
package struct ListenerStatistics: Equatable, Sendable {
    /// Datagrams and frames handed out.
    package var frames = 0
    /// Datagrams longer than their slot; their whole lines were handed out.
    package var truncated = 0
    /// Datagrams that the kernel dropped as nobody read them in time.
    package var kernelDrops = 0
    /// Frames of a stream longer than the limit, skipped to their end.
    package var tooLong = 0
    /// Frames of a stream whose rest had not arrived when their connection ended, was cut or drained.
    package var unfinished = 0
    /// Connections that were let in.
    package var accepted = 0
    /// Connections closed at once, as too many were open that were not idle.
    package var refused = 0
    /// Connections that ended, for whatever reason.
    package var closed = 0
    /// Of those closed, the ones that were past a deadline or had to give their place to another.
    package var cut: [CutCause: Int] = [:]
    /// Failures to accept, as when the process is out of descriptors; the connections wait.
    package var acceptFailures = 0

    /// Nothing yet.
    package init() {}

    /// Whether there is nothing to tell.
    package var isEmpty: Bool { self == ListenerStatistics() }
}
