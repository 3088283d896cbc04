import Glibc
import Supervision
import Synchronization

/// A child of a dynamic supervisor beside a bare task, both asleep until they are cancelled.
enum SupervisionBenches {
    private static let count = 100_000

    static var all: [Bench] {
        [Implementation.heliograph, .floor].flatMap { implementation in
            [
                Bench.whole("supervision/child", by: implementation, in: .bytes) { _ in
                    try measure(implementation).bytes
                },
                Bench.whole("supervision/start", by: implementation, in: .nanoseconds) { _ in
                    try measure(implementation).start
                },
                Bench.whole("supervision/stop", by: implementation, in: .nanoseconds) { _ in
                    try measure(implementation).stop
                },
            ]
        }
    }

    /// What one child takes, of so many at a time.
    private struct Costs: Sendable {
        /// Resident, once all are asleep.
        var bytes = 0.0
        /// Until the last one is asleep.
        var start = 0.0
        /// All at once, until the last one has ended.
        var stop = 0.0
    }

    private static func measure(_ implementation: Implementation) throws -> Costs {
        try wait {
            implementation == .floor ? try await ofTasks() : try await ofChildren()
        }
    }

    private static func ofChildren() async throws -> Costs {
        let supervisor = try DynamicSupervisor("crowd")
        let run = Task { try await supervisor.run() }
        while (try? supervisor.countChildren()) == nil { await Task.yield() }
        let sleepers = Sleepers()
        return try await costs(sleepers) {
            for _ in 0..<count {
                try await supervisor.startChild(ChildSpec("sleeper") { try await sleepers.sleep() })
            }
        } stop: {
            run.cancel()
            try await run.value
        }
    }

    private static func ofTasks() async throws -> Costs {
        let sleepers = Sleepers()
        var tasks: [Task<Void, any Error>] = []
        return try await costs(sleepers) {
            for _ in 0..<count { tasks.append(Task { @concurrent in try await sleepers.sleep() }) }
        } stop: {
            for task in tasks { task.cancel() }
            for task in tasks { _ = await task.result }
        }
    }

    private static func costs(
        _ sleepers: Sleepers, start: () async throws -> Void, stop: () async throws -> Void
    ) async throws -> Costs {
        var costs = Costs()
        let before = try ResidentMemory.bytes()
        costs.start = try await ContinuousClock().measure {
            try await start()
            while sleepers.count < count { await Task.yield() }
        }.nanoseconds
        costs.bytes = try ResidentMemory.bytes() - before
        costs.stop = try await ContinuousClock().measure { try await stop() }.nanoseconds
        return Costs(
            bytes: costs.bytes / Double(count), start: costs.start / Double(count),
            stop: costs.stop / Double(count))
    }

    /// Counts those that are about to sleep.
    private final class Sleepers: Sendable {
        private let asleep = Atomic(0)

        var count: Int { asleep.load(ordering: .relaxed) }

        func sleep() async throws {
            asleep.add(1, ordering: .relaxed)
            try await Task.sleep(for: .seconds(86_400))
        }
    }

    /// Blocks this thread until a task is done.
    private static func wait<Value: Sendable>(
        for body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let result = Box<Result<Value, any Error>>()
        Task {
            do { result.put(.success(try await body())) } catch { result.put(.failure(error)) }
        }
        while true {
            if let result = result.value { return try result.get() }
            usleep(1000)
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        private let content = Mutex<Value?>(nil)

        var value: Value? { content.withLock { $0 } }

        func put(_ value: Value) { content.withLock { $0 = value } }
    }
}
