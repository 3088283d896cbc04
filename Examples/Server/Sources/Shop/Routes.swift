import HTTPTypes
import Heliograph
import Hummingbird
import NIOCore

/// `POST /orders/{payment}?items=3`, and the page of metrics.
func routes(stock: Stock, exporter: Exporter) -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: MetricsMiddleware())
    router.post("orders/{payment}") { request, context in
        try await order(
            payment: context.parameters.get("payment"),
            items: request.uri.queryParameters["items"].flatMap { Int($0) } ?? 1,
            from: stock)
    }
    router.get("metrics") { request, _ in
        let page = exporter.render(accept: request.headers[.accept])
        return Response(
            status: .ok, headers: [.contentType: page.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.bytes)))
    }
    return router
}

private func order(payment: String?, items: Int, from stock: Stock) async throws -> Response {
    let start = ContinuousClock.now
    guard let payment = payment.flatMap(Orders.Payment.init), items > 0 else {
        Orders.refused.emit(Orders.Refused(reason: .badOrder))
        throw HTTPError(.badRequest, message: "pay by card or invoice, for at least one item")
    }
    guard await stock.take(items) else {
        Orders.refused.emit(Orders.Refused(reason: .soldOut))
        return Response(status: .conflict)
    }
    Orders.placed.emit(
        Orders.Placed(payment: payment, items: items, elapsed: ContinuousClock.now - start))
    return Response(status: .created)
}
