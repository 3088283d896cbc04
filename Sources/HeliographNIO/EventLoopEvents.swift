#if NIO
public import Telemetry

/// The events of SwiftNIO's event loops.
public enum EventLoopEvents {
    /// An event loop has run what was due: `nio.event_loop.tick`.
    public static let tick = Event<Tick>("nio.event_loop.tick")
    /// A probe was run by an event loop: `nio.event_loop.lag`.
    public static let lag = Event<Lag>("nio.event_loop.lag")

    /// The names of all of them.
    static let names = ["nio.event_loop.tick", "nio.event_loop.lag"]

    /// One round of an event loop.
    public struct Tick: Sendable {
        /// What the group of loops is called.
        public let group: String
        /// The number of the loop in its group, from 0 on, in the order of their first ticks.
        public let loop: Int
        /// Tasks that were run in it.
        public let tasks: Int
        /// How long it took.
        public let duration: Duration
        /// How long the loop had slept before.
        public let sleep: Duration
    }

    /// How long a task waited until its event loop ran it.
    public struct Lag: Sendable {
        /// What the group of loops is called.
        public let group: String
        /// From its submission to its run.
        public let lag: Duration
    }
}
#endif
