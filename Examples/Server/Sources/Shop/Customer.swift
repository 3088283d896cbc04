import AsyncHTTPClient
import Heliograph
import HeliographHTTPClient
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// Orders from the shop over HTTP; then it prints the shop's page of metrics and is done, or it stays.
struct Customer: Service {
    let requests: Int
    let printsPage: Bool
    /// The port of the shop, once it takes requests.
    let ports: AsyncStream<Int>
    private let client = ObservedHTTPClient()

    init(requests: Int, printsPage: Bool, ports: AsyncStream<Int>) {
        self.requests = requests
        self.printsPage = printsPage
        self.ports = ports
    }

    func run() async throws {
        for await port in ports {
            let shop = "http://127.0.0.1:\(port)"
            for number in 0..<requests { try await send(order(number), to: shop) }
            guard printsPage else { return try await gracefulShutdown() }
            print(try await page(of: shop), terminator: "")
            return
        }
    }

    /// Mostly orders; every tenth can't be placed and every twentieth goes astray.
    private func order(_ number: Int) -> String {
        switch number % 20 {
        case 9: "/orders/barter"
        case 19: "/nowhere"
        default: "/orders/\(number.isMultiple(of: 2) ? "card" : "invoice")?items=\(number % 7 + 1)"
        }
    }

    private func send(_ order: String, to shop: String) async throws {
        var request = HTTPClientRequest(url: shop + order)
        request.method = .POST
        _ = try await client.execute(request, timeout: .seconds(5)).body.collect(upTo: 1 << 20)
    }

    private func page(of shop: String) async throws -> String {
        let request = HTTPClientRequest(url: "\(shop)/metrics")
        let response = try await client.execute(request, timeout: .seconds(5))
        return String(buffer: try await response.body.collect(upTo: 1 << 24))
    }
}
