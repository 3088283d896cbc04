// A supervised actor: it is started, found by its name, and started anew when it fails.

import Supervision

actor Cache {
    private var pages: [String: String] = [:]

    func page(_ path: String) -> String { pages[path, default: "nothing yet"] }

    /// What the actor does by itself; throwing is its failure, after which another one is started.
    func run() async throws {
        for number in 1... {
            pages["/"] = "version \(number)"
            try await Task.sleep(for: .seconds(60))
        }
    }
}

let caches = Registry<String, Cache>()
let cache = ChildSpec("cache") { context in
    let cache = Cache()
    try await caches.withRegistration("cache", cache) {
        context.ready()
        try await cache.run()
    }
}
let server = ChildSpec("server", restart: .transient) {
    print(await caches["cache"]?.page("/") ?? "no cache")
}
let shop = try Supervisor("shop", children: [cache, server])

let running = Task { try await shop.run() }
while (try? await shop.countChildren().active) != 1 { await Task.yield() }
running.cancel()
try await running.value
