import Glibc
import Supervision
import Synchronization

/// Finding, calling and telling others; beside a call that they make of a bare actor.
enum MessagingBenches {
    static var all: [Bench] {
        Bench.loops("registry/lookup", [.one, .two]) { mode in
            let registry = Registry<Int, Int>()
            let owner = registry.makeOwner()
            for key in 0..<Lookup.keys { try owner.register(key, key) }
            return Loops(mode, [Lookup(registry: registry, owner: owner)])
        }
            + Bench.loops("pubsub/broadcast_100", [.one, .two]) { mode in Loops(mode, [Broadcast(to: 100)]) }
            + [
                Bench.whole("worker/call", in: .nanoseconds) { duration in
                    try withWorker(for: duration) { worker in try await worker.call { $0 += 1 } }
                },
                Bench.whole("worker/cast", in: .nanoseconds) { duration in
                    try withWorker(for: duration) { worker in try await worker.cast { $0 += 1 } }
                },
                Bench.whole("worker/call", by: .floor, in: .nanoseconds) { duration in
                    let actor = Adding()
                    return try waiting { try await repeated(for: duration) { await actor.add() } }
                },
            ]
    }

    /// Nanoseconds for each message, until the worker has done with the last one.
    private static func withWorker(
        for duration: Duration, _ send: @escaping @Sendable (Worker<Int>) async throws -> Void
    ) throws -> Double {
        let worker = Worker<Int>("adding", mailbox: MailboxLimit(1024, whenFull: .wait)) { _ in 0 }
        return try waiting {
            let run = Task { try await worker.run() }
            while (try? await worker.call { $0 }) == nil { await Task.yield() }
            let cost = try await repeated(for: duration) {
                try await send(worker)
            } atTheEnd: {
                try await worker.call(timeout: nil) { $0 }
            }
            run.cancel()
            try await run.value
            return cost
        }
    }

    private static func repeated(
        for duration: Duration, _ body: () async throws -> Void, atTheEnd: () async throws -> Int = { 0 }
    ) async throws -> Double {
        let (clock, chunk) = (ContinuousClock(), 1000)
        let start = clock.now
        var count = 0
        while clock.now - start < duration {
            for _ in 0..<chunk { try await body() }
            count += chunk
        }
        keep(UInt64(truncatingIfNeeded: try await atTheEnd()))
        return (clock.now - start).nanoseconds / Double(count)
    }

    /// Blocks this thread until a task is done.
    private static func waiting(
        for body: @escaping @Sendable () async throws -> Double
    ) throws -> Double {
        let outcome = Outcome()
        Task {
            let result: Result<Double, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.result.withLock { $0 = result }
        }
        while true {
            if let result = outcome.result.withLock({ $0 }) { return try result.get() }
            usleep(1000)
        }
    }

    private final class Outcome: Sendable {
        let result = Mutex<Result<Double, any Error>?>(nil)
    }
}

private actor Adding {
    private var sum = 0

    func add() { sum += 1 }
}

private struct Lookup: Operation {
    static let keys = 1024

    let registry: Registry<Int, Int>
    /// Kept, as the registrations end with it.
    let owner: Registry<Int, Int>.Owner

    func perform(_ index: Int) {
        keep(UInt64(truncatingIfNeeded: registry[index & (Self.keys - 1)] ?? 0))
    }
}

/// Nobody reads, so each buffer is full and drops its oldest message: what a subscriber costs at most.
private struct Broadcast: Operation {
    private let pubSub = PubSub<Int>()
    private let subscriptions: [PubSub<Int>.Subscription]

    init(to count: Int) {
        subscriptions = (0..<count).map { [pubSub] _ in pubSub.subscribe(to: "topic") }
    }

    func perform(_ index: Int) { pubSub.broadcast(index, to: "topic") }
}
