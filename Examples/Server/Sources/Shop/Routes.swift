import HTTPTypes
import Heliograph
import HeliographHummingbird
import Hummingbird
import Logging
import NIOCore
import Tracing

/// `POST /orders/{payment}?items=3`, a list of prices, and the page of metrics.
func routes(warehouse: WarehouseClient, exporter: Exporter) -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: TelemetryMiddleware())
    // The same by Hummingbird's own metrics, which come by swift-metrics.
    router.add(middleware: MetricsMiddleware())
    router.post("orders/{payment}") { request, context in
        try await withSpan("place order") { _ in
            try await order(
                payment: context.parameters.get("payment"),
                items: request.uri.queryParameters["items"].flatMap { Int($0) } ?? 1,
                from: warehouse)
        }
    }
    router.get("prices") { request, _ in
        prices(count: request.uri.queryParameters["count"].flatMap { Int($0) } ?? 10)
    }
    router.metrics(exporter)
    return router
}

private let logger = Logger(label: "orders")

private func order(payment: String?, items: Int, from warehouse: WarehouseClient) async throws -> Response {
    let start = ContinuousClock.now
    guard let payment = payment.flatMap(Orders.Payment.init), items > 0 else {
        logger.notice("An order can't be read.")
        Orders.refused.emit(Orders.Refused(reason: .badOrder))
        throw HTTPError(.badRequest, message: "pay by card or invoice, for at least one item")
    }
    guard try await warehouse.take(items) else {
        Orders.refused.emit(Orders.Refused(reason: .soldOut))
        return Response(status: .conflict)
    }
    Orders.placed.emit(
        Orders.Placed(payment: payment, items: items, elapsed: ContinuousClock.now - start))
    return Response(status: .created)
}

/// A stream of lines; it breaks off where there is no further price.
private func prices(count: Int) -> Response {
    struct NoPrice: Error {}
    let last = 1_000_000
    return Response(
        status: .ok, headers: [.contentType: "text/plain"],
        body: ResponseBody { writer in
            for number in 0..<count {
                guard number < last else { throw NoPrice() }
                try await writer.write(ByteBuffer(string: "item \(number)\n"))
            }
            try await writer.finish(nil)
        })
}
