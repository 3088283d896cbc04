public import Telemetry

/// The events of a library, as an application sees them: declared in another module.
public enum SampleEvents {
    /// What the events with a measurement carry.
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

    /// What the events with three labels carry.
    public struct Response: Sendable {
        /// A label.
        public let method: String
        /// A label.
        public let route: String
        /// A label.
        public let code: String

        /// Makes a payload.
        public init(method: String, route: String, code: String) {
            self.method = method
            self.route = route
            self.code = code
        }
    }

    /// Nobody attaches to this one.
    public static let unobserved = Event<Request>("sample.request.unobserved")
    /// A handler is attached to this one.
    public static let handled = Event<Request>("sample.request.handled")
    /// Four metrics are attached to this one.
    public static let mixed = Event<Request>("sample.request.mixed")
    /// A counter is attached to this one.
    public static let responded = Event<Response>("sample.response.sent")
}
