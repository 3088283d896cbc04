import Synchronization

/// Errors from any thread.
final class Failures: Sendable {
    private let errors = Mutex<[any Error]>([])

    var all: [any Error] { errors.withLock { $0 } }

    func note(_ error: any Error) { errors.withLock { $0.append(error) } }
}
