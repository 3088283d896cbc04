#if Lifecycle
public import Telemetry

/// The events of services that are `observed(as:)`.
public enum ServiceEvents {
    /// A service has another state: `service.state.change`.
    public static let change = Event<Change>("service.state.change")
    /// Whether a service has one of the states; one for each state with each change: `service.state.flag`.
    public static let flag = Event<Flag>("service.state.flag")

    /// The names of all of them.
    static let names = ["service.state.change", "service.state.flag"]

    /// A service that has another state than before.
    public struct Change: Sendable {
        /// What the service is called.
        public let service: String
        /// The state that it has now.
        public let state: ServiceState
    }

    /// One state of a service.
    public struct Flag: Sendable {
        /// What the service is called.
        public let service: String
        /// One of all states.
        public let state: ServiceState
        /// Whether the service has that state.
        public let isCurrent: Bool
    }
}

/// What a service does.
public enum ServiceState: String, LabelValue, CaseIterable, Sendable {
    /// Its `run` was called.
    case running
    /// A graceful shutdown has begun, and it still runs.
    case stopping
    /// Its `run` returned, or threw for a cancellation, be it an error of its own.
    case stopped
    /// Its `run` threw an error, and was not cancelled.
    case failed
}
#endif
