import Synchronization

/// What ties the events of one span together.
public struct SpanContext: Sendable, Equatable {
    /// Unique within the process.
    public let id: UInt64
    /// The `id` of the span around it in the same task, if any.
    public let parent: UInt64?

    /// The innermost span of the running task.
    @TaskLocal public static var current: SpanContext?

    private static let last = Atomic<UInt64>(0)

    /// A new span inside the current one.
    static func next() -> SpanContext {
        SpanContext(id: last.wrappingAdd(1, ordering: .relaxed).newValue, parent: current?.id)
    }
}

/// The three events of a span, `prefix.start`, `prefix.stop` and `prefix.exception`, and the functions that emit them.
///
/// ```swift
/// static let request = SpanEvents<Request, Answer>("http.request")
/// let answer = try await request.span(info) { ... }
/// ```
///
/// `Stop` is what is known at the end; where nothing more is known it is `Start`. Thread-safe. With no handler on
/// any of the three, a span reads no clock and makes no context.
public struct SpanEvents<Start, Stop>: Sendable {
    /// Emitted before the body runs.
    public let start: Event<SpanStart<Start>>
    /// Emitted after the body returned.
    public let stop: Event<SpanStop<Stop>>
    /// Emitted after the body threw, before the error goes on.
    public let exception: Event<SpanException<Start>>

    /// Declares the events below `prefix`.
    public init(_ prefix: String, file: StaticString = #fileID, line: UInt = #line) {
        let place = SourcePlace(file: file.description, line: line)
        start = Event("\(prefix).start", at: place)
        stop = Event("\(prefix).stop", at: place)
        exception = Event("\(prefix).exception", at: place)
    }

    /// Whether any of the three events has a handler.
    @inlinable
    public var isObserved: Bool {
        start.isObserved || stop.isObserved || exception.isObserved
    }
}

/// The payload of the start of a span.
public struct SpanStart<Metadata> {
    /// Ties it to the stop or exception.
    public let context: SpanContext
    /// When the span began, on the monotonic clock.
    public let monotonicTime: ContinuousClock.Instant
    /// When the span began, since the Unix epoch.
    public let systemTime: Duration
    /// What the caller gave.
    public let metadata: Metadata
}

/// The payload of the normal end of a span.
public struct SpanStop<Metadata> {
    /// Ties it to the start.
    public let context: SpanContext
    /// When the span ended, on the monotonic clock.
    public let monotonicTime: ContinuousClock.Instant
    /// From the start to the end, on the monotonic clock.
    public let duration: Duration
    /// What the body gave.
    public let metadata: Metadata
}

/// The payload of the end of a span whose body threw.
public struct SpanException<Metadata> {
    /// Ties it to the start.
    public let context: SpanContext
    /// When the span ended, on the monotonic clock.
    public let monotonicTime: ContinuousClock.Instant
    /// From the start to the end, on the monotonic clock.
    public let duration: Duration
    /// What the body threw; the caller gets it too.
    public let error: any Error
    /// What the caller gave at the start.
    public let metadata: Metadata
}

extension SpanStart: Sendable where Metadata: Sendable {}
extension SpanStop: Sendable where Metadata: Sendable {}
extension SpanException: Sendable where Metadata: Sendable {}

extension SpanEvents {
    /// Runs `body` within a span; it returns its result and the metadata of the stop event.
    ///
    /// - Throws: what `body` throws, with its type.
    @inlinable
    public func span<Result, Failure: Error>(
        _ metadata: Start, _ body: () throws(Failure) -> (Result, Stop)
    ) throws(Failure) -> Result {
        guard isObserved else { return try body().0 }
        return try observed(metadata, body)
    }

    @usableFromInline
    func observed<Result, Failure: Error>(
        _ metadata: Start, _ body: () throws(Failure) -> (Result, Stop)
    ) throws(Failure) -> Result {
        let running = RunningSpan(self, metadata)
        let outcome = SpanContext.$current.withValue(running.context) {
            Swift.Result { () throws(Failure) in try body() }
        }
        return try running.end(outcome)
    }

    /// Runs an asynchronous `body` within a span; it returns its result and the metadata of the stop event.
    ///
    /// - Throws: what `body` throws, with its type.
    @inlinable
    public nonisolated(nonsending) func span<Result, Failure: Error>(
        _ metadata: Start, _ body: nonisolated(nonsending) () async throws(Failure) -> (Result, Stop)
    ) async throws(Failure) -> Result {
        guard isObserved else { return try await body().0 }
        return try await observed(metadata, body)
    }

    @usableFromInline
    nonisolated(nonsending) func observed<Result, Failure: Error>(
        _ metadata: Start, _ body: nonisolated(nonsending) () async throws(Failure) -> (Result, Stop)
    ) async throws(Failure) -> Result {
        let running = RunningSpan(self, metadata)
        let outcome = await SpanContext.$current.withValue(running.context) {
            do throws(Failure) {
                return Swift.Result<(Result, Stop), Failure>.success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try running.end(outcome)
    }
}

extension SpanEvents where Start == Stop {
    /// Runs `body` within a span whose stop event repeats `metadata`.
    ///
    /// - Throws: what `body` throws, with its type.
    @inlinable
    public func span<Result, Failure: Error>(
        _ metadata: Start, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard isObserved else { return try body() }
        return try observed(metadata) { () throws(Failure) in (try body(), metadata) }
    }

    /// Runs an asynchronous `body` within a span whose stop event repeats `metadata`.
    ///
    /// - Throws: what `body` throws, with its type.
    @inlinable
    public nonisolated(nonsending) func span<Result, Failure: Error>(
        _ metadata: Start, _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        guard isObserved else { return try await body() }
        return try await observed(metadata) { () async throws(Failure) in (try await body(), metadata) }
    }
}

// Disfavoured, as a span from nothing to nothing is one that repeats its metadata, too.
extension SpanEvents where Stop == Void {
    /// Runs `body` within a span, of which nothing more is known at its end.
    ///
    /// - Throws: what `body` throws, with its type.
    @inlinable
    @_disfavoredOverload
    public func span<Result, Failure: Error>(
        _ metadata: Start, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard isObserved else { return try body() }
        return try observed(metadata) { () throws(Failure) in (try body(), ()) }
    }

    /// Runs an asynchronous `body` within a span, of which nothing more is known at its end.
    ///
    /// - Throws: what `body` throws, with its type.
    @inlinable
    @_disfavoredOverload
    public nonisolated(nonsending) func span<Result, Failure: Error>(
        _ metadata: Start, _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        guard isObserved else { return try await body() }
        return try await observed(metadata) { () async throws(Failure) in (try await body(), ()) }
    }
}

/// A span between its start and its end.
private struct RunningSpan<Start, Stop> {
    let events: SpanEvents<Start, Stop>
    let metadata: Start
    let context = SpanContext.next()
    let began = ContinuousClock.now

    init(_ events: SpanEvents<Start, Stop>, _ metadata: Start) {
        self.events = events
        self.metadata = metadata
        events.start.emit(
            SpanStart(
                context: context, monotonicTime: began, systemTime: SystemTime.now, metadata: metadata))
    }

    func end<Result, Failure: Error>(
        _ outcome: Swift.Result<(Result, Stop), Failure>
    ) throws(Failure) -> Result {
        let now = ContinuousClock.now
        switch outcome {
        case .success(let (result, metadata)):
            events.stop.emit(
                SpanStop(
                    context: context, monotonicTime: now, duration: now - began, metadata: metadata))
            return result
        case .failure(let error):
            events.exception.emit(
                SpanException(
                    context: context, monotonicTime: now, duration: now - began, error: error,
                    metadata: metadata))
            throw error
        }
    }
}
