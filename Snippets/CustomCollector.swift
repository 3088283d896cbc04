// A collector: figures that another system has, read at each scrape.

import Heliograph

enum Pool {
    static var used: Int { 7 }
    static var handedOut: Int { 1200 }
    static var idle: [[String]: Duration] {
        [["db1", "primary"]: .seconds(2), ["db2", "replica"]: .seconds(5)]
    }
}

let exporter = try Exporter {
    Gauge("pool_connections_used", "Connections that are in use.") { Pool.used }
    Counter("pool_connections_handed_out_total", "Connections that were handed out.") { Pool.handedOut }
    Gauge("pool_idle", "How long the oldest connection has been idle.", labels: "host", "role") { Pool.idle }
}
print(String(decoding: exporter.render().bytes, as: UTF8.self))
