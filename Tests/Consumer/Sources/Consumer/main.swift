import Telemetry

enum Payment: String, LabelValue {
    case card
}

struct Completed {
    let items: Int
    let payment: Payment
}

let completed = Event<Completed>("checkout.order.completed")
completed.emit(Completed(items: 1, payment: .card))
print(completed.isObserved ? "observed" : "unobserved")

try HandlerRegistry.shared.attach("printer", to: completed) { order in
    print("observed", order.items, order.payment.rawValue)
}
completed.emit(Completed(items: 3, payment: .card))
