#if GRDB
public import GRDB
import Telemetry

extension Configuration {
    /// Has each statement of the database emit `DatabaseEvents.statement`, on all connections that are opened by this configuration.
    ///
    /// It takes the connections' trace; another one would replace it.
    public mutating func observeStatements(of name: String) {
        prepareDatabase { database in
            let acceptsQuotedStrings = database.configuration.acceptsDoubleQuotedStringLiterals
            var running = RunningStatements()
            database.trace(options: [.statement, .profile]) { event in
                guard DatabaseEvents.statement.isObserved else { return running = RunningStatements() }
                switch event {
                case .statement(let statement): running.begin(statement.sql)
                case .profile(let statement, _):
                    let sql = statement.sql
                    guard let duration = running.end(sql) else { return }
                    let fingerprint = StatementFingerprint.of(sql, acceptsQuotedStrings: acceptsQuotedStrings)
                    DatabaseEvents.statement.emit(
                        eagerly: DatabaseEvents.Statement(
                            database: name, fingerprint: fingerprint, duration: duration))
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
        guard let sql = Self.statement(sql) else { return }
        if begun.count == Self.most { begun.removeFirst() }
        begun.append((sql, .now))
    }

    /// The text as its end has it, nil for a statement of a trigger, which has no end.
    ///
    /// Those of a trigger come as a comment of one line (https://www.sqlite.org/c3ref/c_trace.html). GRDB leaves what begins with a comment
    /// as it is, and trims other texts.
    private static func statement(_ text: String) -> String? {
        guard text.hasPrefix("--") else { return text }
        guard let last = text.utf8.lastIndex(where: { $0 > 0x20 && $0 != UInt8(ascii: ";") }) else {
            return nil
        }
        let trimmed = text.utf8[...last]
        return trimmed.contains(0x0A) ? String(Substring(trimmed)) : nil
    }

    /// The time since the last beginning of the statement, nil where it was not seen.
    mutating func end(_ sql: String) -> Duration? {
        guard let index = begun.lastIndex(where: { $0.sql == sql }) else { return nil }
        return ContinuousClock.now - begun.remove(at: index).time
    }
}
#endif
