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
        ("INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', NULL)", "INSERT INTO t VALUES (?)"),
        (
            "INSERT INTO t VALUES (1, lower('a'), 2),(2,lower('b'),NULL)",
            "INSERT INTO t VALUES (?, lower(?), ?),(?,lower(?),?)"
        ),
        (
            "INSERT INTO t VALUES (1, lower('a'), 2), (2, lower('b'), NULL)",
            "INSERT INTO t VALUES (?, lower(?), ?)"
        ),
        (
            "SELECT a FROM t WHERE (a, x1) IN (VALUES (1, 2), (3, TRUE))",
            "SELECT a FROM t WHERE (a, x1) IN (VALUES (?))"
        ),
        ("SELECT a FROM t WHERE a IN (-1, +2, - 3, NULL, 4)", "SELECT a FROM t WHERE a IN (?)"),
        (
            "SELECT a -1, -x1 FROM t WHERE a = -5 AND x1 IS NOT NULL",
            "SELECT a -?, -x1 FROM t WHERE a = ? AND x1 IS NOT NULL"
        ),
        ("UPDATE t SET a = NULL WHERE x1 IS NULL", "UPDATE t SET a = ? WHERE x1 IS NULL"),
        (
            "SELECT a FROM t WHERE a BETWEEN -1e-5 AND .5E+3 LIMIT -1",
            "SELECT a FROM t WHERE a BETWEEN ? AND ? LIMIT ?"
        ),
        ("SELECT a FROM t WHERE a = 0x1E-1", "SELECT a FROM t WHERE a = ?-?"),
        ("SELECT a /*/ secret */ FROM t /**/ WHERE a = 1", "SELECT a FROM t WHERE a = ?"),
        ("SELECT a AS [it's 1] FROM t WHERE a = 'secret'", "SELECT a AS [it's 1] FROM t WHERE a = ?"),
        ("-- secret\nSELECT a FROM t;\n", "SELECT a FROM t"),
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

    /// The second row ends past the cut, and is seen to be like the first.
    @Test func rowsAtTheCutAreOne() async throws {
        let beginning = "SELECT a AS \(String(repeating: "c", count: 230)) FROM t WHERE (a, x1) IN (VALUES "
        let one = try await fingerprint(beginning + "(1, lower('a')))", "one row")
        let two = try await fingerprint(beginning + "(1, lower('a')), (2, lower('b')))", "two rows")
        #expect(one == beginning + "(?, lower(?)))")
        #expect(two == one)
    }

    @Test func noCharacterIsCutInTwo() async throws {
        let name = String(repeating: "é", count: 200)
        let fingerprint = try await fingerprint("SELECT a AS \"\(name)\" FROM t", "cut")
        // The name begins at an odd byte.
        #expect(fingerprint == "SELECT a AS \"" + String(repeating: "é", count: 143))
    }

    @Test func quotedTextIsAValueWhereItIsOneForSQLite() async throws {
        var configuration = Configuration()
        configuration.acceptsDoubleQuotedStringLiterals = true
        configuration.observeStatements(of: "quoted")
        let capture = try EventCapture(of: DatabaseEvents.statement)
        defer { capture.stop() }
        try await DatabaseQueue(configuration: configuration).read { database in
            _ = try Row.fetchOne(database, sql: "SELECT 1 AS \"b\" WHERE \"b\" <> \"anna@example.com\"")
        }
        let fingerprints = capture.events.filter { $0.database == "quoted" }.map(\.fingerprint)
        #expect(fingerprints.contains("SELECT ? AS \"b\" WHERE \"b\" <> ?"))
    }

    /// The statements of a trigger are part of the one that fires it.
    @Test func aTriggerIsPartOfItsStatement() async throws {
        let capture = try EventCapture(of: DatabaseEvents.statement)
        defer { capture.stop() }
        try await queue("triggers").writeWithoutTransaction { database in
            try database.execute(sql: "CREATE TABLE t (a)")
            try database.execute(
                sql: "CREATE TRIGGER fires AFTER INSERT ON t BEGIN\n DELETE FROM t\n WHERE a = 99;\nEND")
            try database.execute(sql: "-- a comment\nINSERT INTO t VALUES (1)")
            try database.execute(sql: "SELECT a FROM t")
        }
        let fingerprints = capture.events.filter { $0.database == "triggers" }.map(\.fingerprint)
        #expect(fingerprints.suffix(2) == ["INSERT INTO t VALUES (?)", "SELECT a FROM t"])
        #expect(fingerprints.count { $0.contains("DELETE") } == 1)
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
