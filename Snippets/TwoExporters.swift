// Two exporters in one process: each has its own metrics and its own page, of the same events.

import Heliograph

let order = Event<Int>("shop.order")

var operations = ExporterConfiguration()
operations.listenAddresses = ["127.0.0.1:9569"]
let forOperators = try Exporter(configuration: operations) {
    Counter("shop_orders_total", "Orders.", of: order)
}

var partners = ExporterConfiguration()
partners.listenAddresses = []
partners.includesProcess = false
let forPartners = try Exporter(configuration: partners) {
    Sum("shop_items_total", "Items sold.", of: order, adding: { $0 })
}

order.emit(3)
print(String(decoding: forOperators.render(names: ["shop_orders_total"]).bytes, as: UTF8.self))
print(String(decoding: forPartners.render(names: ["shop_items_total"]).bytes, as: UTF8.self))
