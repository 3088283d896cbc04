import Synchronization

/// The collectors of an application, and the round that runs them now; thread-safe.
final class ForeignCollectors: Sendable {
    private struct State {
        var collectors: [ForeignCollector] = []
        var metrics: CollectorMetrics?
        var round: CollectorRound?
    }

    private let state = Mutex(State())

    /// Says where to note how collectors fare.
    func report(to metrics: CollectorMetrics) { state.withLock { $0.metrics = metrics } }

    func add(_ collector: ForeignCollector) { state.withLock { $0.collectors.append(collector) } }

    /// Runs all, and returns the metrics of those that did not answer before `deadline`, which a page has to leave out.
    ///
    /// One that still runs since an earlier page is not waited for. Pages that are made at once share a round.
    func run(until deadline: ContinuousClock.Instant) -> [Family] {
        let (round, stuck, metrics) = state.withLock { state in
            guard !state.collectors.isEmpty else {
                return (nil as CollectorRound?, [] as [ForeignCollector], state.metrics)
            }
            if let round = state.round, round.isOpen { return (round, [], state.metrics) }
            let stuck = state.collectors.filter { $0.runningFor != nil }
            let round = CollectorRound(state.collectors.filter { $0.runningFor == nil }, state.metrics)
            state.round = round
            return (round, stuck, state.metrics)
        }
        guard let round else { return [] }
        let late = stuck + round.wait(until: deadline)
        for collector in late {
            metrics?.note(false, after: collector.runningFor ?? .zero, of: collector.name)
        }
        return late.map(\.family)
    }
}
