#if Lifecycle
public import ServiceLifecycle
import Synchronization
import Telemetry

/// A service that says by `ServiceEvents` what becomes of it.
public struct ObservedService<Base: Service>: Service {
    private let base: Base
    private let name: String

    init(_ base: Base, name: String) {
        self.base = base
        self.name = name
    }

    /// Runs the service.
    ///
    /// - Throws: what it throws.
    public func run() async throws {
        let state = ObservedState(of: name)
        state.move(to: .running)
        do {
            try await withGracefulShutdownHandler {
                try await base.run()
            } onGracefulShutdown: {
                state.move(to: .stopping)
            }
        } catch {
            state.move(to: error is CancellationError || Task.isCancelled ? .stopped : .failed)
            throw error
        }
        state.move(to: .stopped)
    }
}

extension Service {
    /// The same service, whose states are events and metrics under that name.
    public func observed(as name: String) -> ObservedService<Self> { ObservedService(self, name: name) }
}

/// The state of one run of a service; thread-safe, as a shutdown begins in another task.
private final class ObservedState: Sendable {
    private let service: String
    private let state = Mutex<ServiceState?>(nil)

    init(of service: String) {
        self.service = service
    }

    /// Says what state it has now; a run that is over stays so.
    func move(to next: ServiceState) {
        let isNew = state.withLock { state in
            guard state != .stopped, state != .failed else { return false }
            state = next
            return true
        }
        guard isNew else { return }
        ServiceEvents.change.emit(.init(service: service, state: next))
        // Another task may say its state meanwhile: whoever is last says the state there is.
        var said: ServiceState?
        while let current = state.withLock({ $0 }), current != said {
            for state in ServiceState.allCases {
                ServiceEvents.flag.emit(.init(service: service, state: state, isCurrent: state == current))
            }
            said = current
        }
    }
}
#endif
