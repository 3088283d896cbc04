import Synchronization

/// What a collector has shown last, so that it does nothing where that is still so; thread-safe.
///
/// A scrape that comes while something else is being shown waits for that.
final class LastShown<Value: Equatable & Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    /// Calls `body`, which shows it, where something else was shown last.
    func show(_ new: Value, _ body: () -> Void) {
        value.withLock { value in
            guard value != new else { return }
            value = new
            body()
        }
    }
}
