#if GRDB
public import Telemetry

/// The events of databases that an `ObservedDatabase` opens to others, and of their statements.
public enum DatabaseEvents {
    /// A `read` or `write` is over: `grdb.access`.
    public static let access = Event<Access>("grdb.access")
    /// SQLite has run a statement; emitted in its thread, within the access: `grdb.statement`.
    public static let statement = Event<Statement>("grdb.statement")

    /// The names of all of them.
    static let names = ["grdb.access", "grdb.statement"]

    /// A `read` or `write` that is over.
    public struct Access: Sendable {
        /// What the database is called.
        public let database: String
        /// Whether it could change something.
        public let kind: Kind
        /// From the call until the closure began, or the call failed: waiting for a connection, or for writers before it.
        public let queueTime: Duration
        /// From the call until it returned.
        public let totalTime: Duration
        /// What was thrown, if anything.
        public let error: (any Error)?
    }

    /// The kinds of accesses.
    public enum Kind: String, LabelValue, CaseIterable, Sendable {
        case read, write
    }

    /// A statement that was run.
    public struct Statement: Sendable {
        /// What the database is called.
        public let database: String
        /// The statement with `?` in the place of each value.
        public let fingerprint: String
        /// From its first step until it was finished or reset.
        public let duration: Duration
    }
}
#endif
