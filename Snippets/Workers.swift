// A worker: a state that one task owns, behind a mailbox with a limit; a GenServer.

import Supervision

struct Stock {
    var items: [String: Int]
    var isClosed = false
}

struct SoldOut: Error {}

final class Warehouse: Sendable {
    let worker = Worker<Stock>("warehouse", mailbox: MailboxLimit(100, whenFull: .wait)) { worker in
        try worker.continue { stock in stock.items["tea"] = 2 }
        return Stock(items: [:])
    } terminate: { stock, end in
        print("The warehouse \(end), with \(stock.items["tea", default: 0]) left")
    }

    /// Throws `SoldOut`, or a `WorkerError` where the worker does not answer within a second.
    func take(_ item: String) async throws -> Int {
        try await worker.call(timeout: .seconds(1)) { stock in
            guard let count = stock.items[item], count > 0 else { throw SoldOut() }
            stock.items[item] = count - 1
            return count - 1
        }
    }

    func add(_ count: Int, of item: String) async throws {
        try await worker.cast { stock in stock.items[item, default: 0] += count }
    }

    func close(after delay: Duration) throws -> WorkerTimer {
        try worker.send(after: delay) { stock in stock.isClosed = true }
    }
}

let warehouse = Warehouse()
let shop = try Supervisor("shop", children: [ChildSpec(warehouse.worker)])
let running = Task { try await shop.run() }
try await shop.waitUntilUp()

print("left:", try await warehouse.take("tea"))
try await warehouse.add(5, of: "tea")
let closing = try warehouse.close(after: .seconds(3600))
print("left:", try await warehouse.take("tea"))
closing.cancel()
running.cancel()
try await running.value
