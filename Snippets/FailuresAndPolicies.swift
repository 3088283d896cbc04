// What becomes of a handler that throws.

import Telemetry

struct DiskFull: Error {}
let written = Event<Int>("file.written")

try HandlerRegistry.shared.attach("report.failures", to: HandlerRegistry.failure) { failure in
    print("\(failure.handlerID) threw \(failure.error) for \(failure.event)")
    guard let delay = failure.retryDelay else { return print("it is detached") }
    print("failure \(failure.consecutiveFailures) in a row, called again after \(delay)")
}

try HandlerRegistry.shared.attach("once", to: written) { _ in throw DiskFull() }
try HandlerRegistry.shared.attach("always", to: written, policy: .keep) { _ in throw DiskFull() }
try HandlerRegistry.shared.attach(
    "patient", to: written, policy: .quarantine(initial: .seconds(1), maximum: .seconds(60))
) { _ in throw DiskFull() }

written.emit(4096)
written.emit(4096)

for handler in HandlerRegistry.shared.list(prefix: "file") {
    print(handler.id, "failed", handler.consecutiveFailures, "times in a row")
}
for id in ["always", "patient", "report.failures"] {
    try HandlerRegistry.shared.detach(id)
}
