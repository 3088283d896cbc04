/// Whether the series of a metric go on in the process that follows, where the exporter keeps its state.
public enum Persistence: String, Sendable, Equatable, CaseIterable {
    /// As its kind and its source ask for: all go on, but for gauges of the application itself and for what a function reads.
    ///
    /// A gauge that the application sets says something of the process that is gone, such as how many connections it had. One of a
    /// sender goes on, since the sender is still there, and so does its age.
    case automatic
    /// They go on.
    ///
    /// Of a total that a function reads, what it grows by is added to what there was: for one that begins at zero with the process.
    case kept
    /// They begin anew.
    case none
}

extension MetricDefinition {
    /// Whether its series go on.
    func isKept(by owner: MetricOwner, isInternal: Bool) -> Bool {
        switch persistence {
        case .kept: true
        case .none: false
        case .automatic: kind != .gauge || !isInternal && owner != .application
        }
    }
}
