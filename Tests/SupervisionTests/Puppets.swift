import TestKit
import Synchronization

@testable import Supervision

/// The error of a puppet that was told to fail.
struct Broken: Error, Equatable, CustomStringConvertible {
    var description = "broken"
}

/// Children that do what a test tells them, and note when they start and when they are stopped.
final class Puppets: Sendable {
    enum Order: Sendable {
        case comeUp
        case `return`
        case fail
        case failWithCancellation
    }

    private struct State {
        var orders: [String: AsyncStream<Order>.Continuation] = [:]
        var starts: [String: Int] = [:]
    }

    /// Holds "a starts", "a is up" and "a stops".
    let journal = Journal()
    private let state = Mutex(State())

    /// A child that is up at once, except for those of its starts, counted from 1, that fail or hang.
    func spec(
        _ id: String, _ restart: RestartPolicy = .permanent, shutdown: ChildShutdown = .infinity,
        significant: Bool = false, backoff: Backoff? = nil, failingStarts: Set<Int> = [],
        hangingStarts: Set<Int> = [], failsWhenStopped: Bool = false
    ) -> ChildSpec {
        ChildSpec(id, restart: restart, shutdown: shutdown, significant: significant, backoff: backoff) {
            context in
            let (orders, start) = self.start(id)
            guard !failingStarts.contains(start) else { throw Broken() }
            if !hangingStarts.contains(start) { self.comeUp(context) }
            guard try await self.obey(orders, context) == .stopped else { return }
            if failsWhenStopped { throw Broken() }
            throw CancellationError()
        }
    }

    /// A child that ignores its cancellation until `gate` opens.
    func stubborn(
        _ id: String, _ restart: RestartPolicy = .permanent, shutdown: ChildShutdown, gate: Gate
    ) -> ChildSpec {
        ChildSpec(id, restart: restart, shutdown: shutdown) { context in
            _ = self.start(id)
            self.comeUp(context)
            await gate.passage()
        }
    }

    func tell(_ id: String, _ order: Order) {
        let orders = state.withLock { $0.orders[id] }
        orders?.yield(order)
    }

    private func start(_ id: String) -> (AsyncStream<Order>, Int) {
        journal.note("\(id) starts")
        let (stream, orders) = AsyncStream<Order>.makeStream()
        return state.withLock { state in
            state.orders[id] = orders
            state.starts[id, default: 0] += 1
            return (stream, state.starts[id, default: 0])
        }
    }

    private func comeUp(_ context: ChildContext) {
        journal.note("\(context.id) is up")
        context.ready()
    }

    private func obey(_ orders: AsyncStream<Order>, _ context: ChildContext) async throws -> ChildEnd {
        for await order in orders {
            switch order {
            case .comeUp: comeUp(context)
            case .return: return .returned
            case .fail: throw Broken()
            case .failWithCancellation: throw CancellationError()
            }
        }
        journal.note("\(context.id) stops")
        return .stopped
    }
}
