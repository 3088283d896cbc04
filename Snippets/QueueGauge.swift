// The length of a queue: read at each scrape, or moved by what goes in and out.

import Heliograph
import Synchronization

let jobs = Mutex(["mail": 3, "print": 0])

let exporter = try Exporter {
    Gauge("queue_jobs", "Jobs that wait.", label: "queue") { jobs.withLock(\.self) }
}
let running = try exporter.gauge("queue_running", "Jobs that run.", labels: "queue")
running.adjust("mail", by: 1)
running.adjust("mail", by: -1)
print(String(decoding: exporter.render().bytes, as: UTF8.self))
