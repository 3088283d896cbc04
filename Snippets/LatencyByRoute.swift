// Latency by route, as a histogram: a measurement that is a Duration is shown in seconds.

import Heliograph

enum Web {
    struct Answered: Sendable {
        var route: String
        var status: Int
        var elapsed: Duration
    }
    static let answered = Event<Answered>("web.request.answered")
}

let exporter = try Exporter {
    Histogram(
        "web_request_duration_seconds", "Time to answer.", of: Web.answered, observing: \.elapsed,
        labels: Label("route", \.route), Label("status", \.status))
}
let start = ContinuousClock.now
Web.answered.emit(.init(route: "/users/:id", status: 200, elapsed: ContinuousClock.now - start))
print(String(decoding: exporter.render().bytes, as: UTF8.self))
