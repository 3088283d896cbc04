package import TelemetryMetrics

/// A line that is no event: the cause and where in the line it shows.
package struct EventLineError: Error, Equatable, CustomStringConvertible {
    package var cause: RejectionCause
    /// In bytes from the start of the line.
    package var offset: Int

    package var description: String {
        "The event line is refused at byte \(offset): \(cause.rawValue)."
    }
}
