// What a library declares and emits, and what an application attaches to it.

import Telemetry

enum Checkout {
    struct Completed: Sendable {
        var elapsed: Duration
        var items: Int
    }
    static let completed = Event<Completed>("checkout.order.completed")
}

let registry = HandlerRegistry.shared
try registry.attach("log.orders", to: Checkout.completed) { order in
    print("sold \(order.items) items in \(order.elapsed)")
}

Checkout.completed.emit(.init(elapsed: .milliseconds(12), items: 3))

try registry.attach("audit.orders", to: Checkout.completed, sampling: .oneIn(100)) { order in
    print("every hundredth order is looked at: \(order.items) items")
}

final class Till: Sendable {
    func add(_ items: Int) { print("the till has \(items) more") }
}
let till = Till()
try registry.attach("till", to: Checkout.completed, owner: till) { till, order in
    till.add(order.items)
}

let request = Event<EventRecord>("http.request")
try registry.attach("log.requests", to: request) { record in
    print(record.metadata["route", default: "?"], record.measurements["duration", default: 0])
}
let name = try EventName("http.request")
registry.execute(name, measurements: ["duration": 0.012], metadata: ["route": "/users"])

for event in registry.events() {
    print(event.name, event.payload, event.isObserved ? "observed" : "not observed")
}
for handler in registry.list(prefix: "checkout") {
    print(handler.id, "handles", handler.event)
}
for mistake in registry.declarationErrors {
    print("declared wrongly:", mistake)
}

for id in ["log.orders", "audit.orders", "till", "log.requests"] {
    try registry.detach(id)
}
