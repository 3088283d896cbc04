// Every kind of metric, and the options that they share.

import Heliograph

enum Shop {
    enum Payment: String, CaseIterable, LabelValue { case card, invoice }
    struct Order: Sendable {
        var elapsed: Duration
        var items: Int
        var milliseconds: Double
        var discount: Double?
        var payment: Payment
        var isTest: Bool
    }
    static let ordered = Event<Order>("shop.order.completed")
    static let counted = Event<Int>("shop.stock.counted")
    struct Hit: Sendable { var isStale: Bool }
    static let hit = Event<Hit>("shop.cache.hit")
    static let missed = Event<String>("shop.cache.missed")
    static let checkout = SpanEvents<String, Void>("shop.checkout")
}

let payment = Label("payment", \Shop.Order.payment)
let size = Label("size") { (order: Shop.Order) in order.items > 10 ? "large" : "small" }

let metrics = MetricSet {
    Counter("shop_orders_total", "Orders completed.", of: Shop.ordered, labels: payment, size)
    Sum("shop_items_total", "Items sold.", of: Shop.ordered, adding: \.items, labels: payment, size)
    Gauge("shop_stock_items", "Items in stock.", of: Shop.counted, observing: { $0 })
    Histogram(
        "shop_order_duration_seconds", "Time to complete an order.", of: Shop.ordered,
        observing: \.elapsed, labels: payment, size)
    Summary(
        "shop_order_latency_seconds", "The same as quantiles.", of: Shop.ordered, observing: \.elapsed)
}

let converted = Histogram(
    "shop_payment_duration_seconds", "Time to pay.", of: Shop.ordered, observing: \.milliseconds,
    in: .milliseconds)

let filtered = Sum(
    "shop_discounts", "Discounts granted.", of: Shop.ordered, adding: \.discount, isMonotonic: false,
    filter: .drop { $0.isTest }
)
.ignoringMissing()

let lookup = Label("result") { (hit: Shop.Hit) in hit.isStale ? "stale" : "hit" }
let lookups = Counter("shop_lookups_total", "Lookups in the cache.", of: Shop.hit, labels: lookup)
    .also(of: Shop.missed, labels: Label("result") { _ in "miss" })

let checkouts = SpanMetrics("shop_checkout", "Checkouts.", of: Shop.checkout)

let seeded = Counter("shop_payments_total", "Payments.", of: Shop.ordered, labels: payment)
    .seeded(Shop.Payment.allCases)
    .seriesLimit(100)

let request = Event<EventRecord>("http.request")
let wire = MetricSet {
    Histogram(
        "http_request_duration_seconds", "Time to answer.", of: request,
        observing: EventRecord.measurement("duration"),
        labels: Label("route"), Label("status", metadata: "code")
    )
    .expiring(after: .seconds(86_400))
}

let elsewhere = MetricSet {
    Gauge("shop_queue_length", "Orders that wait.") { Queue.shared.count }
    Gauge("shop_queue_age", "How long orders wait.", label: "queue") { Queue.shared.ages }
    Counter("shop_queue_passed_total", "Orders that ever waited.") { Queue.shared.passed }
}

let facts = MetricSet {
    Info("shop_build", "What is running.", ["version": "1.2"])
    StateSet("shop_door", "Whether the shop is open.", of: Door.self) { Door.current }
}

enum Door: String, CaseIterable, Sendable {
    case open, closed
    static var current: Door { .open }
}

final class Queue: Sendable {
    static let shared = Queue()
    var count: Int { 2 }
    var passed: Int { 40 }
    var ages: [String: Duration] { ["paid": .seconds(2), "new": .milliseconds(50)] }
}

let exporter = try Exporter(
    MetricSet {
        metrics
        converted
        filtered
        seeded
        lookups
        checkouts
        wire
        elsewhere
        facts
    })

do {
    let mistaken = MetricSet {
        Counter("orders completed", "Orders completed.", of: Shop.ordered)
        Summary("shop_rank", "Ranks.", of: Shop.ordered, observing: \.items, quantiles: [99])
    }
    _ = try Exporter(mistaken)
} catch let errors as DefinitionErrors {
    print(errors)
}

try HandlerRegistry.shared.attach("report.metrics", to: MetricFailure.event) { failure in
    print("\(failure.metric) is switched off, as it threw \(failure.error)")
}

Shop.ordered.emit(
    .init(
        elapsed: .milliseconds(12), items: 3, milliseconds: 8, discount: nil, payment: .card,
        isTest: false))
Shop.counted.emit(500)
request.emit(
    EventRecord(measurements: ["duration": 0.012], metadata: ["route": "/users", "code": "200"]))
print(String(decoding: exporter.render().bytes, as: UTF8.self))
