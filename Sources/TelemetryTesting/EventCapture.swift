import Synchronization
public import Telemetry

/// Records the payloads of one event for a test, in the order in which they came.
///
/// ```swift
/// let capture = try EventCapture(of: Checkout.completed)
/// try await shop.order(3)
/// let completed = try await capture.first { $0.items == 3 }
/// ```
///
/// It records the event from anywhere in the process until it is stopped or released. Tests that run in parallel use
/// `withCapture(of:)`, which sees the events of its own task tree only. Thread-safe.
public final class EventCapture<Payload: Sendable>: Sendable {
    private let log = CaptureLog<Payload>()
    private let handlerID: String
    private let eventName: String

    /// Records every `event` of the process from now on.
    ///
    /// - Throws: `malformedName` where the event is inert.
    public convenience init(of event: Event<Payload>) throws(TelemetryError) {
        try self.init(of: event, in: nil)
    }

    init(of event: Event<Payload>, in scope: CaptureScope?) throws(TelemetryError) {
        handlerID = "telemetry.testing.\(lastCapture.wrappingAdd(1, ordering: .relaxed).newValue)"
        eventName = event.name?.text ?? ""
        try HandlerRegistry.shared.attach(handlerID, to: event) { [log] payload in
            if scope?.isCurrent ?? true { log.append(payload) }
        }
    }

    deinit { stop() }

    /// What was recorded so far.
    public var events: [Payload] { log.payloads }

    /// Records no more, but keeps what was recorded.
    ///
    /// Who waits gets `CaptureError.stopped`.
    public func stop() {
        guard log.stop() else { return }
        // Not found only where an application detached it by its id, and then there is nothing to do.
        try? HandlerRegistry.shared.detach(handlerID)
    }

    /// The first `count` events, those already recorded included, as soon as there are as many.
    ///
    /// - Throws: `CaptureError` where they don't come within `timeout` by `clock` or the capture is stopped before;
    ///   `CancellationError`.
    public func wait(
        for count: Int, timeout: Duration = .seconds(30), clock: any Clock<Duration> = ContinuousClock()
    ) async throws -> [Payload] {
        let awaited = count == 1 ? "1 event" : "\(count) events"
        return try await within(timeout, by: clock, awaiting: awaited) { events in
            events.count >= count ? Array(events.prefix(max(count, 0))) : nil
        }
    }

    /// The first event for which `predicate` is true, recorded already or still to come.
    ///
    /// - Throws: as `wait(for:)`, and what `predicate` throws.
    public func first(
        timeout: Duration = .seconds(30), clock: any Clock<Duration> = ContinuousClock(),
        where predicate: @escaping @Sendable (Payload) throws -> Bool = { _ in true }
    ) async throws -> Payload {
        try await within(timeout, by: clock, awaiting: "a fitting event") { try $0.first(where: predicate) }
    }
}

extension EventCapture {
    private typealias Selection<Result> = @Sendable ([Payload]) throws -> Result?

    /// The first non-nil result of `select` as events come.
    private func within<Result: Sendable>(
        _ timeout: Duration, by clock: any Clock<Duration>, awaiting awaited: String,
        _ select: @escaping Selection<Result>
    ) async throws -> Result {
        if let result = try select(events) { return result }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await self.grown(awaiting: awaited, select) }
            group.addTask {
                try await clock.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            if let result = try await group.next() ?? nil { return result }
            // What came in time counts, even where a busy machine let the clock be heard first.
            guard let result = try select(events) else {
                throw CaptureError.timedOut(
                    event: eventName, after: timeout, captured: events.count, awaited: awaited)
            }
            return result
        }
    }

    private func grown<Result>(awaiting awaited: String, _ select: Selection<Result>) async throws -> Result {
        while true {
            let events = events
            if let result = try select(events) { return result }
            switch await log.growth(to: events.count + 1) {
            case .grown: continue
            case .cancelled: throw CancellationError()
            case .stopped:
                throw CaptureError.stopped(event: eventName, captured: events.count, awaited: awaited)
            }
        }
    }
}

private let lastCapture = Atomic<Int>(0)

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
