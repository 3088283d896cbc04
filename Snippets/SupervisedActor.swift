// A supervised actor: it is found by its name, and made anew when it fails.

import Supervision

actor Cache {
    private var pages = ["/": "version 0"]

    func page(_ path: String) -> String? { pages[path] }

    /// What the actor does by itself; throwing is its failure, after which another one is made.
    func run() async throws {
        for number in 1... {
            pages["/"] = "version \(number)"
            try await Task.sleep(for: .seconds(60))
        }
    }
}

let caches = Registry<String, Cache>()
let cache = ChildSpec("cache") {
    try await caches.withRegistration("cache", Cache()) { cache in try await cache.run() }
}

let shop = try Supervisor("shop", children: [cache])
let running = Task { try await shop.run() }
while caches["cache"] == nil { await Task.yield() }
print(await caches["cache"]?.page("/") ?? "no cache")
running.cancel()
try await running.value
