// Measurements that are taken at fixed rates.

import Heliograph

actor Queue {
    static let shared = Queue()
    static let counted = Event<Int>("queue.counted")
    var count: Int { 7 }
}

let depth = Poll("queue depth", every: .seconds(5), timeout: .seconds(1)) {
    Queue.counted.emit(eagerly: await Queue.shared.count)
}

let metrics = MetricSet {
    Gauge("queue_depth", "Jobs that wait.", of: Queue.counted, observing: { $0 })
}
var configuration = ExporterConfiguration()
configuration.polls = [depth]
configuration.includesHeap = true
configuration.listenAddresses = []
let exporter = try Exporter(metrics, configuration: configuration)

let patient = Poll(
    "disk", every: .seconds(60), offset: .seconds(10),
    backoff: PollBackoff(initial: .seconds(5), maximum: .seconds(300))
) {
    try await Disk.check()
}

enum Disk {
    static func check() async throws {}
}

try HandlerRegistry.shared.attach("report.polls", to: PollerEvents.failure) { failure in
    print("\(failure.poll): \(failure.cause), again in \(failure.nextAttempt)")
}

let poller = try Poller {
    depth
    patient
}
let polling = Task { try await poller.run() }

polling.cancel()
try await polling.value
print(String(decoding: exporter.render().bytes, as: UTF8.self))
