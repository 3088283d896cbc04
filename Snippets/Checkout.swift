// The life of a metric in an application, from the event of a library to the page that Prometheus scrapes.

import Heliograph

enum Checkout {
    enum Payment: String, LabelValue { case card, invoice }
    struct Completed: Sendable { var elapsed: Duration; var items: Int; var payment: Payment }
    static let completed = Event<Completed>("checkout.order.completed")
}

let elapsed = Duration.milliseconds(12)
Checkout.completed.emit(.init(elapsed: elapsed, items: 3, payment: .card))

let payment = Label("payment", \Checkout.Completed.payment)
let metrics = MetricSet {
    Counter("checkout_orders_total", "Orders completed.", of: Checkout.completed, labels: payment)
    Sum("checkout_items_total", "Items sold.", of: Checkout.completed, adding: \.items, labels: payment)
    Histogram(
        "checkout_duration_seconds", "Time to complete an order.", of: Checkout.completed,
        observing: \.elapsed)
    Summary(
        "checkout_latency_seconds", "The same as quantiles.", of: Checkout.completed, observing: \.elapsed)
}
let exporter = try Exporter(metrics)
Checkout.completed.emit(.init(elapsed: elapsed, items: 3, payment: .card))

let page = exporter.render(accept: "text/plain")
print(String(decoding: page.bytes, as: UTF8.self))

// An application without a server of its own serves the page until it is told to stop:
if CommandLine.arguments.contains("--serve") {
    try await exporter.run()
}
