#if GRDB
public import GRDB
import Synchronization
import Telemetry

/// A database whose reads and writes emit `DatabaseEvents.access`.
///
/// Statements emit events where its configuration says so, see `Configuration.observeStatements`. Thread-safe, as the database is.
public struct ObservedDatabase<Base: DatabaseWriter>: Sendable {
    /// The queue or pool behind it.
    public let base: Base
    private let name: String

    /// Has `base` observed under that name.
    public init(_ base: Base, name: String) {
        self.base = base
        self.name = name
    }

    /// Reads, as `DatabaseReader.read` does.
    ///
    /// - Throws: what it throws, after saying so.
    public func read<T: Sendable>(_ value: @Sendable (Database) throws -> T) async throws -> T {
        let access = RunningAccess(.read, of: name)
        return try await access.end {
            try await base.read { database in
                access.begin()
                return try value(database)
            }
        }
    }

    /// Writes in a transaction, as `DatabaseWriter.write` does.
    ///
    /// - Throws: what it throws, after saying so.
    public func write<T: Sendable>(_ updates: @Sendable (Database) throws -> T) async throws -> T {
        let access = RunningAccess(.write, of: name)
        return try await access.end {
            try await base.write { database in
                access.begin()
                return try updates(database)
            }
        }
    }
}

extension ObservedDatabase {
    /// Reads on the calling thread, as `DatabaseReader.read` does.
    ///
    /// - Throws: what it throws, after saying so.
    @_disfavoredOverload
    public func read<T>(_ value: (Database) throws -> T) throws -> T {
        let access = RunningAccess(.read, of: name)
        return try access.end {
            try base.read { database in
                access.begin()
                return try value(database)
            }
        }
    }

    /// Writes in a transaction on the calling thread, as `DatabaseWriter.write` does.
    ///
    /// - Throws: what it throws, after saying so.
    @_disfavoredOverload
    public func write<T>(_ updates: (Database) throws -> T) throws -> T {
        let access = RunningAccess(.write, of: name)
        return try access.end {
            try base.write { database in
                access.begin()
                return try updates(database)
            }
        }
    }
}

/// An access between its call and its end; thread-safe.
private final class RunningAccess: Sendable {
    private let kind: DatabaseEvents.Kind
    private let database: String
    private let called = ContinuousClock.now
    private let begun = Mutex<ContinuousClock.Instant?>(nil)

    init(_ kind: DatabaseEvents.Kind, of database: String) {
        self.kind = kind
        self.database = database
    }

    /// The closure begins.
    func begin() {
        begun.withLock { $0 = .now }
    }

    /// Makes the access, and says how it ended.
    func end<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            ended(nil)
            return result
        } catch {
            ended(error)
            throw error
        }
    }

    /// Makes the access, and says how it ended.
    func end<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            let result = try body()
            ended(nil)
            return result
        } catch {
            ended(error)
            throw error
        }
    }

    private func ended(_ error: (any Error)?) {
        guard DatabaseEvents.access.isObserved else { return }
        let now = ContinuousClock.now
        DatabaseEvents.access.emit(
            eagerly: DatabaseEvents.Access(
                database: database, kind: kind, queueTime: (begun.withLock { $0 } ?? now) - called,
                totalTime: now - called, error: error))
    }
}
#endif
