import Heliograph
import ServiceLifecycle

/// Counts the stock once a second, as the metrics can't wait for an actor.
struct StockTaking: Service {
    private let poller: Poller

    init(of stock: Stock) throws {
        poller = try Poller {
            Poll("stock", every: .seconds(1)) {
                Orders.stockCounted.emit(eagerly: Orders.StockCounted(items: await stock.left))
            }
        }
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await poller.run() }
    }
}
