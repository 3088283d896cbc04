// Latency by route, as a histogram: a measurement that is a Duration is shown in seconds.

import Heliograph

// An enum over text or whole numbers can be a label.
enum Method: String, LabelValue {
    case get, post
}

enum Web {
    struct Answered: Sendable {
        var method: Method
        var route: String
        var status: Int
        var elapsed: Duration
    }
    static let answered = Event<Answered>("web.request.answered")
}

let exporter = try Exporter {
    Histogram(
        "web_request_duration_seconds", "Time to answer.", of: Web.answered, observing: \.elapsed,
        labels: Label("method", \.method), Label("route", \.route), Label("status", \.status))
}
let start = ContinuousClock.now
Web.answered.emit(.init(method: .get, route: "/users/:id", status: 200, elapsed: ContinuousClock.now - start))
print(String(decoding: exporter.render().bytes, as: UTF8.self))
