public import Logging
public import ServiceLifecycle
public import Supervision

extension ChildSpec {
    /// A service as a child, which is shut down gracefully when its supervisor stops it.
    ///
    /// It counts as started at once. Returning is a normal end, throwing an abnormal one. After `grace` it is cancelled;
    /// so `grace` should be shorter than the timeout of `shutdown`, past which the service is stuck.
    ///
    /// A graceful shutdown of a group around the supervisor does not reach the service by itself: it is the supervisor
    /// that stops its children, in its order.
    ///
    /// - Parameters:
    ///   - clock: what `grace` goes by.
    ///   - logger: where ServiceLifecycle says what the service does.
    public init(
        _ id: String,
        restart: RestartPolicy = .permanent,
        shutdown: ChildShutdown = .timeout(.seconds(5)),
        significant: Bool = false,
        backoff: Backoff? = nil,
        grace: Duration = .seconds(3),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger = .current,
        service: any Service
    ) {
        self.init(id, restart: restart, shutdown: shutdown, significant: significant, backoff: backoff) {
            let runner = ServiceRunner(service, named: id, grace: grace, clock: clock, logger: logger)
            try await runner.run()
        }
    }
}
