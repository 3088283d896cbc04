import Synchronization
import Telemetry

/// What handlers were given, in order; from any thread.
final class Captured<Value: Sendable>: Sendable {
    private let stored = Mutex<[Value]>([])

    var values: [Value] { stored.withLock { $0 } }

    func append(_ value: Value) {
        stored.withLock { $0.append(value) }
    }
}

/// Runs `body` and returns the failures of handlers meanwhile whose ids begin with `prefix`.
func failures(of prefix: String, during body: () throws -> Void) throws -> [HandlerFailure] {
    let captured = Captured<HandlerFailure>()
    let id = "failures of \(prefix)"
    try HandlerRegistry.shared.attach(id, to: HandlerRegistry.failure) { failure in
        if failure.handlerID.hasPrefix(prefix) { captured.append(failure) }
    }
    try body()
    try HandlerRegistry.shared.detach(id)
    return captured.values
}

/// What the failing handlers of these tests throw.
struct Mishap: Error, Equatable {
    var code = 1
}
