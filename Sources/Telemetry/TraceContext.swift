/// The place of the running code in a distributed trace, as W3C Trace Context describes it.
///
/// Both ids are never zero. Exemplars ask `current` when one is due.
public struct TraceContext: Sendable, Hashable {
    /// Which trace; the same in all its processes.
    public let traceID: TraceID
    /// Which span of the trace.
    public let spanID: UInt64
    /// Whether the caller says that it records the trace.
    public let isSampled: Bool

    /// A context of these ids, nil where one of them is zero: that stands for an unknown one.
    public init?(traceID: TraceID, spanID: UInt64, isSampled: Bool = true) {
        guard (traceID.high | traceID.low) != 0, spanID != 0 else { return nil }
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }
}

/// The 128 bits that name a trace.
public struct TraceID: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// Takes both halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 lowercase hexadecimal digits.
    public var description: String { high.hexadecimal + low.hexadecimal }
}

extension TraceContext {
    /// The span id as 16 lowercase hexadecimal digits.
    public var spanText: String { spanID.hexadecimal }

    /// The context of the running task, by `withCurrent` or else from the provider.
    ///
    /// Thread-safe and lock-free; where neither was ever used, it is one atomic load.
    public static var current: TraceContext? { TraceSource.shared.current }

    /// Has `current` ask `provider` from now on, wherever no `withCurrent` is around it.
    ///
    /// There is one provider in a process, as there is one tracing system: the first one stays. It is called in any thread and
    /// should neither block nor allocate. Thread-safe.
    /// - Returns: whether it is this one.
    @discardableResult
    public static func installProvider(_ provider: @escaping @Sendable () -> TraceContext?) -> Bool {
        TraceSource.shared.install(provider)
    }

    /// Runs `body` with `context` as the current one; nil hides what is around it.
    ///
    /// - Throws: what `body` throws, with its type.
    public static func withCurrent<Result, Failure: Error>(
        _ context: TraceContext?, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        TraceSource.shared.willBeSetForTasks()
        return try TraceSource.$ofTask.withValue(.some(context)) {
            Swift.Result { () throws(Failure) in try body() }
        }.get()
    }

    /// Runs an asynchronous `body` with `context` as the current one, its child tasks included; nil hides what is around it.
    ///
    /// - Throws: what `body` throws, with its type.
    public nonisolated(nonsending) static func withCurrent<Result, Failure: Error>(
        _ context: TraceContext?, _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        TraceSource.shared.willBeSetForTasks()
        return try await TraceSource.$ofTask.withValue(.some(context)) {
            do throws(Failure) {
                return Swift.Result<Result, Failure>.success(try await body())
            } catch {
                return .failure(error)
            }
        }.get()
    }
}
