import GRDB
import HeliographGRDB
import TelemetryTesting
import Testing

/// A real SQLite; each test has a database of its own name, as the events are those of the process.
@Suite(.timeLimit(.minutes(5)))
struct GRDBHookTests {
    private struct Refused: Error {}

    private func queue(_ name: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.observeStatements(of: name)
        return try DatabaseQueue(configuration: configuration)
    }

    /// What the statement is called, prepared and run by SQLite.
    private func fingerprint(_ sql: String, _ name: String) async throws -> String {
        let capture = try EventCapture(of: DatabaseEvents.statement)
        defer { capture.stop() }
        try await queue(name).writeWithoutTransaction { database in
            try database.execute(sql: "CREATE TABLE t (a, \"b 'c'\", x1)")
            try database.execute(sql: sql)
        }
        let statements = capture.events.filter { $0.database == name }
        return try #require(statements.last?.fingerprint)
    }

    @Test(arguments: [
        ("SELECT 1", "SELECT ?"),
        ("SELECT  'it''s',\n\t1.5e3 , x'0F',X'aa'", "SELECT ?"),
        ("INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', NULL)", "INSERT INTO t VALUES (?, NULL), (?, NULL)"),
        ("SELECT a FROM t WHERE a IN (1, 2,3 , 4)", "SELECT a FROM t WHERE a IN (?)"),
        ("SELECT a, x1 FROM t -- secret 1\nWHERE /* 'two' */ a = 3", "SELECT a, x1 FROM t WHERE a = ?"),
        ("SELECT \"b 'c'\" FROM t WHERE x1 = 0x1F", "SELECT \"b 'c'\" FROM t WHERE x1 = ?"),
        ("SELECT a FROM t WHERE a LIKE 'secret%' LIMIT 10", "SELECT a FROM t WHERE a LIKE ? LIMIT ?"),
    ])
    func fingerprintsHaveNoValues(sql: String, expected: String) async throws {
        #expect(try await fingerprint(sql, "fingerprints \(sql)") == expected)
    }

    @Test func aLongStatementIsCut() async throws {
        let sql = "SELECT " + (0..<200).map { "a AS c\($0)" }.joined(separator: ", ") + " FROM t"
        let fingerprint = try await fingerprint(sql, "long")
        #expect(fingerprint.utf8.count == 300)
        #expect(sql.hasPrefix(fingerprint))
    }

    @Test func argumentsAreNotInIt() async throws {
        let capture = try EventCapture(of: DatabaseEvents.statement)
        defer { capture.stop() }
        try await queue("arguments").read { database in
            _ = try Int.fetchOne(database, sql: "SELECT :number", arguments: ["number": 7])
        }
        #expect(
            capture.events.filter { $0.database == "arguments" }.map(\.fingerprint).contains("SELECT ?"))
    }

    @Test func anAccessWaitsForThoseBeforeIt() async throws {
        let capture = try EventCapture(of: DatabaseEvents.access)
        defer { capture.stop() }
        let database = ObservedDatabase(try queue("waits"), name: "waits")
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    try await database.write { try $0.execute(sql: "SELECT randomblob(100000000)") }
                }
            }
            try await group.waitForAll()
        }
        let accesses = capture.events.filter { $0.database == "waits" }
        #expect(accesses.map(\.kind) == [.write, .write, .write, .write])
        #expect(accesses.allSatisfy { $0.queueTime < $0.totalTime && $0.error == nil })
        // The last one waited for three others, which took about as long as itself.
        let last = try #require(accesses.max { $0.queueTime < $1.queueTime })
        #expect(last.queueTime > last.totalTime / 2)
    }

    @Test func anAccessOnTheCallingThreadIsSaidToo() throws {
        let capture = try EventCapture(of: DatabaseEvents.access)
        defer { capture.stop() }
        let database = ObservedDatabase(try queue("blocking"), name: "blocking")
        try database.write { try $0.execute(sql: "CREATE TABLE t (a)") }
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM t") } == 0)
        #expect(throws: Refused.self) { try database.read { _ in throw Refused() } }
        let accesses = capture.events.filter { $0.database == "blocking" }
        #expect(accesses.map(\.kind) == [.write, .read, .read])
        #expect(accesses.map { $0.error is Refused } == [false, false, true])
    }

    @Test func whatThrowsIsSaidAndThrown() async throws {
        let capture = try EventCapture(of: DatabaseEvents.access)
        defer { capture.stop() }
        let database = ObservedDatabase(try queue("throws"), name: "throws")
        await #expect(throws: Refused.self) { try await database.read { _ in throw Refused() } }
        let access = try await capture.first { $0.database == "throws" }
        #expect(access.kind == .read)
        #expect(access.error is Refused)
    }
}
