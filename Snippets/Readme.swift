import Heliograph

enum Checkout {
    struct Completed: Sendable { var elapsed: Duration; var items: Int }
    static let completed = Event<Completed>("checkout.order.completed")
}
let exporter = try Exporter {
    Counter("checkout_orders_total", "Orders completed.", of: Checkout.completed)
    Histogram(
        "checkout_duration_seconds", "Time to complete.", of: Checkout.completed, observing: \.elapsed)
}
Checkout.completed.emit(.init(elapsed: .milliseconds(12), items: 3))
try await exporter.run()  // serves :9568/metrics until it is cancelled or a graceful shutdown begins
