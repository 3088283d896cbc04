// Spans: three events around a piece of work, and the trace that it belongs to.

import Telemetry

struct Query: Sendable {
    var statement: String
}
struct QueryResult: Sendable {
    var rows: Int
}
struct ConnectionLost: Error {}

enum Database {
    static let query = SpanEvents<Query, QueryResult>("database.query")
    static let connect = SpanEvents<String, String>("database.connect")
}

try HandlerRegistry.shared.attach("log.queries", to: Database.query.stop) { stop in
    print("\(stop.metadata.rows) rows after \(stop.duration) in span \(stop.context.id)")
}
try HandlerRegistry.shared.attach("log.failures", to: Database.query.exception) { exception in
    print("\(exception.metadata.statement) threw \(exception.error)")
}

let rows = Database.query.span(Query(statement: "select 1")) {
    let rows = ["1"]
    return (rows, QueryResult(rows: rows.count))
}

let host = await Database.connect.span("db1") {
    await Task.yield()
    return "db1:5432"
}

do throws(ConnectionLost) {
    _ = try Database.query.span(Query(statement: "select 2")) {
        () throws(ConnectionLost) -> (Int, QueryResult) in throw ConnectionLost()
    }
} catch {
    print("the caller gets the error with its type")
}

let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
let incoming = try TraceContext(traceparent: header)
TraceContext.withCurrent(incoming) {
    print("working for trace", TraceContext.current?.traceID.description ?? "none")
}

TraceContext.installProvider {
    TraceContext(traceID: TraceID(high: 1, low: 2), spanID: 3)
}

for id in ["log.queries", "log.failures"] {
    try HandlerRegistry.shared.detach(id)
}
print(rows, host)
