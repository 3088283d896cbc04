/// What a listener counted since it last told.
package struct EventSocketStatistics: Equatable, Sendable {
    /// Lines handed out.
    package var lines = 0
    /// Lines longer than the limit, skipped to their end.
    package var tooLong = 0
    /// Lines that a stop cut off: their rest had not arrived.
    package var unfinished = 0
    package var accepted = 0
    /// Connections closed at once, as too many were open.
    package var refused = 0
    package var closed = 0
    /// Failures to accept, as when the process is out of descriptors; the connections wait.
    package var acceptFailures = 0

    package init() {}

    /// Whether there is nothing to tell.
    package var isEmpty: Bool { self == EventSocketStatistics() }
}

/// Takes what a listener reads, on the listener's thread.
package protocol LineConsumer: ~Copyable, SendableMetatype {
    /// `line` has no newline, is never empty, and is valid during the call only.
    mutating func receive(_ line: RawSpan)
    /// Called after each round that counted something, with what came since the last call.
    mutating func roundEnded(_ statistics: EventSocketStatistics)
}
