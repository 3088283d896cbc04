import GRDB
import HeliographGRDB

/// What is left to be sold, in a database.
struct Stock: Sendable {
    private let database: ObservedDatabase<DatabaseQueue>

    /// A database in memory with so many items.
    init(items: Int) throws {
        var configuration = Configuration()
        configuration.observeStatements(of: "shop")
        let queue = try DatabaseQueue(configuration: configuration)
        try queue.write { database in
            try database.execute(sql: "CREATE TABLE stock (remaining INTEGER NOT NULL)")
            try database.execute(sql: "INSERT INTO stock VALUES (?)", arguments: [items])
        }
        database = ObservedDatabase(queue, name: "shop")
    }

    /// Items left.
    var remaining: Int {
        get async throws {
            try await database.read { try Int.fetchOne($0, sql: "SELECT remaining FROM stock") ?? 0 }
        }
    }

    /// Takes `count` items, or none where there are fewer; says whether it did.
    func take(_ count: Int) async throws -> Bool {
        try await database.write { database in
            // A literal, so that a fingerprint has something to leave out.
            try database.execute(
                sql: "UPDATE stock SET remaining = remaining - \(count) WHERE remaining >= \(count)")
            return database.changesCount == 1
        }
    }
}
