public import Telemetry

/// A part of the task tree whose events a capture takes, within those around it.
final class CaptureScope: Sendable {
    /// The innermost scope of the running task.
    @TaskLocal static var current: CaptureScope?

    private let parent = CaptureScope.current

    /// Whether the running task is inside of this scope.
    var isCurrent: Bool {
        var scope = Self.current
        while let inner = scope {
            if inner === self { return true }
            scope = inner.parent
        }
        return false
    }
}

/// Records the events that `body` and its child tasks emit, and not those of anybody else.
///
/// Any number of tests may capture one event at the same time. What unstructured tasks emit is seen too, as they inherit
/// the task-local values of their creator; what detached tasks and threads emit is not. Captures may be nested.
///
/// - Throws: what `body` throws; a `TelemetryError` where the event is inert.
public func withCapture<Payload: Sendable, Result>(
    of event: Event<Payload>, _ body: (EventCapture<Payload>) throws -> Result
) throws -> Result {
    let scope = CaptureScope()
    let capture = try EventCapture(of: event, in: scope)
    defer { capture.stop() }
    return try CaptureScope.$current.withValue(scope) { try body(capture) }
}

/// Records the events that an asynchronous `body` and its child tasks emit, and not those of anybody else.
///
/// - Throws: what `body` throws; a `TelemetryError` where the event is inert.
public nonisolated(nonsending) func withCapture<Payload: Sendable, Result>(
    of event: Event<Payload>,
    _ body: nonisolated(nonsending) (EventCapture<Payload>) async throws -> Result
) async throws -> Result {
    let scope = CaptureScope()
    let capture = try EventCapture(of: event, in: scope)
    defer { capture.stop() }
    return try await CaptureScope.$current.withValue(scope) { try await body(capture) }
}
