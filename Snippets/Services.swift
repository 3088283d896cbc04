// Services of swift-service-lifecycle under a supervisor, and the supervisor as a service of a group.

import Logging
import ServiceLifecycle
import Supervision
import SupervisionLifecycle

struct Greeter: Service {
    func run() async throws {
        print("Hello")
        try await gracefulShutdown()
        print("Goodbye")
    }
}

let shop = try Supervisor("shop", children: [ChildSpec("greeter", service: Greeter())])
let group = ServiceGroup(services: [SupervisorService(shop)], logger: Logger(label: "shop"))
let running = Task { try await group.run() }
try await shop.waitUntilUp()
await group.triggerGracefulShutdown()
try await running.value
