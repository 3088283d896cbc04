// Series that are recorded into without an event.

import Heliograph

let login = Event<String>("user.login")
let logins = Counter(
    "user_logins_total", "Logins, by user.", of: login, labels: Label("user") { (user: String) in user })
let exporter = try Exporter { logins }

let requests = try exporter.counter(
    "cache_requests_total", "Requests to the cache.", labels: "cache", "result")
requests.increment("images", "hit")
requests.increment("images", "miss", by: 3)

let loads = try exporter.histogram(
    "cache_load", "Time to load a page.", unit: .seconds, buckets: [0.001, 0.01, 0.1], labels: "cache")
loads.observe(Duration.milliseconds(4), "images")
let page = loads.time("images") { "<html>" }

let size = try exporter.gauge("cache_entries", "Pages in the cache.")
size.set(100)
size.adjust(by: -1)

let hits = try requests.series("pages", "hit")
let misses = try requests.series("pages", "miss")

hits.increment()
misses.increment(by: 2)

login.emit("anna")
if try exporter.family(of: logins.definition).remove("anna") {
    print("anna is forgotten")
}

print(String(decoding: exporter.render().bytes, as: UTF8.self))
