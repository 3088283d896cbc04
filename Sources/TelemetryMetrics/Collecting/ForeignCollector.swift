import Synchronization

/// A function of the application that is asked for the values of a metric before a page.
///
/// Such a function may take as long as it likes, so it has a thread: a page waits for it until a deadline and no longer.
final class ForeignCollector: Sendable {
    /// How the metrics of collectors call it.
    let name: String
    /// What it sets.
    let family: Family
    /// False where it could not read its value.
    let read: @Sendable () -> Bool
    /// Since when it runs; nil where it does not.
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    init(_ family: Family, _ read: @escaping @Sendable () -> Bool) {
        name = family.name
        self.family = family
        self.read = read
    }

    /// How long it has been running; nil where it does not run.
    var runningFor: Duration? { start.withLock { $0.map { .now - $0 } } }

    /// Runs it; the last thing that it does is to say that it does not run any more.
    func run(_ metrics: CollectorMetrics?, unless isLate: () -> Bool) {
        let begin = ContinuousClock.now
        start.withLock { $0 = begin }
        let isComplete = read()
        // The page that it was too late for said so already.
        if !isLate() { metrics?.note(isComplete, after: .now - begin, of: name) }
        start.withLock { $0 = nil }
    }
}
