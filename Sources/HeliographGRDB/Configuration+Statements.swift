#if GRDB
public import GRDB
import Telemetry

extension Configuration {
    /// Has each statement of the database emit `DatabaseEvents.statement`, on all connections that are opened by this configuration.
    ///
    /// It takes the connections' trace; another one would replace it.
    public mutating func observeStatements(of name: String) {
        prepareDatabase { database in
            var running = RunningStatements()
            database.trace(options: [.statement, .profile]) { event in
                guard DatabaseEvents.statement.isObserved else { return running = RunningStatements() }
                switch event {
                case .statement(let statement): running.begin(statement.sql)
                case .profile(let statement, _):
                    let sql = statement.sql
                    guard let duration = running.end(sql) else { return }
                    DatabaseEvents.statement.emit(
                        eagerly: DatabaseEvents.Statement(
                            database: name, fingerprint: StatementFingerprint.of(sql), duration: duration))
                }
            }
        }
    }
}

/// When the statements of one connection began, for the connection's queue.
///
/// SQLite measures too, but in whole milliseconds.
private struct RunningStatements {
    /// A cursor may be open while other statements run, so there can be several.
    private var begun: [(sql: String, time: ContinuousClock.Instant)] = []
    private static let most = 64

    mutating func begin(_ sql: String) {
        // The statements of a trigger come as comments, and without an end.
        guard !sql.hasPrefix("--") else { return }
        if begun.count == Self.most { begun.removeFirst() }
        begun.append((sql, .now))
    }

    /// The time since the last beginning of the statement, nil where it was not seen.
    mutating func end(_ sql: String) -> Duration? {
        guard let index = begun.lastIndex(where: { $0.sql == sql }) else { return nil }
        return ContinuousClock.now - begun.remove(at: index).time
    }
}
#endif
