import Synchronization

/// Tells whether somebody uses an exporter, and says so where nobody does.
///
/// Thread-safe.
final class UseWatch: Sendable {
    private let isUsed = Atomic<Bool>(false)
    private let say: @Sendable (_ isReleased: Bool) -> Void
    /// Waits for `patience` to be over; nil once it has nothing to wait for.
    private let wait = Mutex<Task<Void, Never>?>(nil)
    /// How long an exporter may be there without use.
    static let patience = Duration.seconds(60)

    /// Calls `say` once `patience` is over, or the exporter is gone, without use.
    init(patience: Duration = UseWatch.patience, say: @escaping @Sendable (_ isReleased: Bool) -> Void) {
        self.say = say
        wait.withLock {
            $0 = Task.detached { [weak self] in
                guard (try? await Task.sleep(for: patience)) != nil else { return }
                self?.end(isReleased: false)
            }
        }
    }

    /// Notes a use.
    func note() {
        guard !isUsed.load(ordering: .relaxed), !isUsed.exchange(true, ordering: .relaxed) else { return }
        stopWaiting()
    }

    /// The exporter is gone, or `patience` is over: says so where there was no use, once.
    func end(isReleased: Bool) {
        guard !isUsed.exchange(true, ordering: .relaxed) else { return }
        stopWaiting()
        say(isReleased)
    }

    private func stopWaiting() { wait.withLock { $0.take() }?.cancel() }
}
