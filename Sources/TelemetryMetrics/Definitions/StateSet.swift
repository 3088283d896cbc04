/// Says which of several states there is: a gauge for each, 1 for that one and 0 for the others.
///
/// The label that names the state has the name of the metric. OpenMetrics has a type of its own for it.
public struct StateSet: Metric {
    /// What is known of it.
    public var definition: MetricDefinition
    /// Where its values come from.
    public var source: MetricSource

    /// `read` is asked for the state before every scrape, in a thread of its own, as for a gauge; nil for none of them.
    public init<State: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ help: String, of states: State.Type,
        reading read: @escaping @Sendable () -> State?
    ) {
        definition = MetricDefinition(.gauge, name: name, help: help, labels: [name])
        definition.role = .stateSet
        let all = State.allCases.map(\.rawValue)
        source = MetricSource(showing: { family, store in
            store.addCollector(of: family) {
                let state = read()
                for other in all { family.replace(with: other == state?.rawValue ? 1 : 0, labels: [other]) }
                return state != nil
            }
        })
    }
}
