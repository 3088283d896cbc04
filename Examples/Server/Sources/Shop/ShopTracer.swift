import Synchronization
import Tracing

/// A tracer that speaks W3C Trace Context and keeps nothing, in the place of a real one.
struct ShopTracer: Tracer {
    private enum Trace: ServiceContextKey { typealias Value = String }
    /// Trace and span in one header, as the recommendation has it.
    private static let header = "traceparent"

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> ShopSpan {
        var context = context()
        let trace = context[Trace.self]?.split(separator: "-").dropFirst().first.map(String.init)
        context[Trace.self] = "00-\(trace ?? Self.digits() + Self.digits())-\(Self.digits())-01"
        return ShopSpan(operationName, context)
    }

    private static func digits() -> String {
        let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @available(*, deprecated)
    func forceFlush() {}

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context[Trace.self] else { return }
        injector.inject(trace, forKey: Self.header, into: &carrier)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        if let trace = extractor.extract(key: Self.header, from: carrier) { context[Trace.self] = trace }
    }
}

/// A span that has a name and a place in a trace, and nothing else.
final class ShopSpan: Span {
    let context: ServiceContext
    private let name: Mutex<String>

    init(_ name: String, _ context: ServiceContext) {
        self.name = Mutex(name)
        self.context = context
    }

    var operationName: String {
        get { name.withLock(\.self) }
        set { name.withLock { $0 = newValue } }
    }

    var attributes: SpanAttributes {
        get { [:] }
        set {}
    }

    var isRecording: Bool { false }

    func setStatus(_ status: SpanStatus) {}
    func addEvent(_ event: SpanEvent) {}
    func addLink(_ link: SpanLink) {}
    func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {}
    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {}
}
