import Heliograph

/// What the shop says of its orders.
enum Orders {
    enum Payment: String, LabelValue, CaseIterable, Sendable {
        case card, invoice
    }

    enum Refusal: String, LabelValue, Sendable {
        case badOrder = "bad_order"
        case soldOut = "sold_out"
    }

    struct Placed: Sendable {
        let payment: Payment
        let items: Int
        let elapsed: Duration
    }

    struct Refused: Sendable {
        let reason: Refusal
    }

    struct StockCounted: Sendable {
        let items: Int
    }

    static let placed = Event<Placed>("shop.order.placed")
    static let refused = Event<Refused>("shop.order.refused")
    static let stockCounted = Event<StockCounted>("shop.stock.counted")

    /// All of it, for an exporter; the stock is counted once a second, as metrics can't wait for a database.
    static func plugin(stock: Stock) -> Plugin {
        Plugin(
            "shop", events: ["shop.order.placed", "shop.order.refused", "shop.stock.counted"],
            metrics: metrics,
            polls: [
                Poll("stock", every: .seconds(1)) {
                    stockCounted.emit(eagerly: StockCounted(items: try await stock.remaining))
                }
            ])
    }

    /// The metrics that are made of these events.
    private static var metrics: MetricSet {
        let payment = Label("payment", \Placed.payment)
        return MetricSet {
            Counter("shop_orders_total", "Orders placed.", of: placed, labels: payment)
            Sum(
                "shop_items_sold_total", "Items in placed orders.", of: placed, adding: \.items,
                labels: payment)
            Histogram(
                "shop_order_duration_seconds", "Time to place an order.", of: placed, observing: \.elapsed,
                buckets: .exponential(start: 0.000_01, factor: 4, count: 8), labels: payment)
            Counter(
                "shop_orders_refused_total", "Orders refused.", of: refused,
                labels: Label("reason", \Refused.reason))
            Gauge("shop_stock_items", "Items left.", of: stockCounted, observing: \.items)
        }
    }
}
