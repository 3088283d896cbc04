// Series that are recorded into without an event.

import Heliograph

let login = Event<String>("user.login")
let logins = Counter(
    "user_logins_total", "Logins, by user.", of: login, labels: Label("user") { (user: String) in user })
let exporter = try Exporter(MetricSet { logins })

let requests = try exporter.family(
    of: MetricDefinition(
        .counter, name: "cache_requests_total", help: "Requests to the cache.",
        labels: ["cache", "result"]))
let hits = try requests.series("pages", "hit")
let misses = try requests.series("pages", "miss")

hits.increment()
misses.increment()
requests.increment("images", "hit")

var definition = MetricDefinition(
    .histogram, name: "cache_load_seconds", help: "Time to load a page.", unit: .seconds)
definition.buckets = [0.001, 0.01, 0.1]
let loads = try exporter.family(of: definition).series()
loads.record(0.004)

let size = try exporter.family(
    of: MetricDefinition(.gauge, name: "cache_entries", help: "Pages in the cache.")
).series()
size.record(100)
size.move(by: -1)

login.emit("anna")
if try exporter.family(of: logins.definition).remove("anna") {
    print("anna is forgotten")
}

print(String(decoding: exporter.render().bytes, as: UTF8.self))
