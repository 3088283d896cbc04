/// Why a wait for captured events ended without them.
public enum CaptureError: Error, Equatable, CustomStringConvertible {
    /// The time was over; `captured` events had come, `awaited` says for what the wait was.
    case timedOut(event: String, after: Duration, captured: Int, awaited: String)
    /// The capture was stopped, so nothing more can come.
    case stopped(event: String, captured: Int, awaited: String)

    /// One sentence that says what was awaited and what came.
    public var description: String {
        switch self {
        case .timedOut(let event, let time, let captured, let awaited):
            "After \(time) of waiting for \(awaited) of \"\(event)\", \(captured) had been captured."
        case .stopped(let event, let captured, let awaited):
            "The capture of \"\(event)\" was stopped while a test waited for \(awaited); "
                + "\(captured) had been captured."
        }
    }
}
