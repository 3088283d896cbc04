extension ChildSpec {
    /// A worker, named by itself and up once it has a state.
    public init<State>(
        _ worker: Worker<State>,
        restart: RestartPolicy = .permanent,
        shutdown: ChildShutdown = .timeout(.seconds(5)),
        significant: Bool = false,
        backoff: Backoff? = nil
    ) {
        self.init(
            worker.name, restart: restart, shutdown: shutdown, significant: significant, backoff: backoff
        ) { context in
            try await worker.run(restart: restart, whenReady: context.ready)
        }
    }
}
