// What a test of code that emits events looks like; in a test target, `check` is an expectation.

import Telemetry
import TelemetryMetrics
import TelemetryTesting

struct Sale: Sendable, Equatable {
    var items: Int
}

struct Shop {
    static let sold = Event<Sale>("shop.sold")

    func sell(_ items: Int) async { Self.sold.emit(Sale(items: items)) }
}

func check(_ isTrue: Bool) {
    if !isTrue { print("this is not what was expected") }
}

try await withCapture(of: Shop.sold) { capture in
    await Shop().sell(3)
    check(capture.events == [Sale(items: 3)])
}

try await withCapture(of: Shop.sold) { capture in
    async let selling: Void = Shop().sell(5)
    let large = try await capture.first(timeout: .seconds(5)) { $0.items > 3 }
    check(large.items == 5)
    await selling
}

let metrics = MetricSet { Sum("shop_items_total", "Items sold.", of: Shop.sold, adding: \.items) }
try await withMetrics(metrics) { metrics in
    await Shop().sell(3)
    check(metrics.value("shop_items_total") == 3)
    try metrics.expectPage(
        """
        # HELP shop_items_total Items sold.
        # TYPE shop_items_total counter
        shop_items_total 3

        """)
}

let capture = try EventCapture(of: Shop.sold)
await Task.detached { await Shop().sell(1) }.value
check(try await capture.wait(for: 1) == [Sale(items: 1)])
capture.stop()

struct Reminder {
    static let sent = Event<Int>("reminder.sent")

    func run(by clock: any Clock<Duration>) async throws {
        for number in 1...2 {
            try await clock.sleep(for: .seconds(3600))
            Self.sent.emit(number)
        }
    }
}

let clock = ManualClock()
try await withCapture(of: Reminder.sent) { capture in
    async let reminders: Void = Reminder().run(by: clock)
    for number in 1...2 {
        try await clock.sleepers(reach: 1)
        clock.advance(by: .seconds(3600))
        check(try await capture.wait(for: number).last == number)
    }
    try await reminders
}
