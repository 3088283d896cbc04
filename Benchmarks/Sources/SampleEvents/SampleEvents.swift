public import Telemetry

/// The events of a library, as an application sees them: declared in another module.
public enum SampleEvents {
    /// What the events carry.
    public struct Request: Sendable {
        /// A label.
        public let method: String
        /// A label.
        public let route: String
        /// The measurement.
        public let seconds: Double

        /// Makes a payload.
        public init(method: String, route: String, seconds: Double) {
            self.method = method
            self.route = route
            self.seconds = seconds
        }
    }

    /// Nobody attaches to this one.
    public static let unobserved = Event<Request>("sample.request.unobserved")
    /// Four metrics are attached to this one.
    public static let mixed = Event<Request>("sample.request.mixed")
}
