/// A function of the application that is asked for the values of a metric before a page.
///
/// It may take as long as it likes, so it runs on a thread of its own.
struct ForeignCollector: Sendable {
    /// What it sets.
    let family: Family
    /// False where it could not read its value.
    let read: @Sendable () -> Bool
    /// Since when it runs; nil where it does not.
    var start: ContinuousClock.Instant?
    /// Whether it is about to run.
    var isAsked = false

    init(_ family: Family, _ read: @escaping @Sendable () -> Bool) {
        self.family = family
        self.read = read
    }

    /// How the metrics of collectors call it.
    var name: String { family.name }

    /// How long it has been running; zero where it does not run.
    func runningFor(_ now: ContinuousClock.Instant) -> Duration { start.map { now - $0 } ?? .zero }
}
