package import Linux
public import Logging
import Microhttpd
import PrometheusFormat
public import ServiceLifecycle
import StateFiles
package import Supervision
import Synchronization
import Telemetry
public import TelemetryMetrics

/// Aggregates events into metrics and shows them to Prometheus.
///
/// Metrics are counted from the creation of the exporter until it is released. `run` serves them over HTTP; an application with
/// a server of its own uses `render` instead. Thread-safe.
public final class Exporter: Service {
    package let store: MetricStore
    package let ownMetrics: OwnMetrics
    /// The bound on pages that are being sent.
    let pages: Places
    package let readiness = Readiness()
    /// The web configuration file, if there is one.
    package let webReload: WebReload?
    /// The loop of the HTTP endpoint, if `children` has one.
    let endpointLoop = EndpointLoop()
    private let preparedPages = PreparedPages()
    let configuration: ExporterConfiguration
    private let addresses: [ListenAddress]
    private let handlers: [String]
    private let poller: Poller
    private let keeper: StateKeeper?
    /// When a scrape last swept, in milliseconds of the store's clock.
    private let lastSweep = Mutex<UInt64?>(nil)
    let formats = NegotiatedFormats()
    /// Nil where the application wants no log.
    private let problems: ProblemLog?
    private let use: UseWatch?
    /// Between two sweeps by scrapes, in milliseconds.
    private static let sweepPause: UInt64 = 500
    private static let count = Atomic<Int>(0)

    /// Registers `metrics` and those of `plugins`, and attaches them to their events.
    ///
    /// - Parameter logger: says what goes wrong later on: handlers and metrics that failed, polls, names that swift-metrics gives twice,
    ///   and an exporter that nobody uses; nil for a silent one.
    /// - Throws: `DefinitionErrors` with everything that is wrong with any of the metrics or the constant labels,
    ///   `PollerError` with everything that is wrong with any of the polls, and what is wrong with an address to listen on or
    ///   with the web configuration file.
    public init(
        _ metrics: MetricSet, plugins: [Plugin] = [],
        configuration: ExporterConfiguration = ExporterConfiguration(),
        logger: Logger? = Logger(label: "heliograph")
    ) throws {
        let metrics = metrics.with(plugins)
        let configuration = configuration.polling(for: plugins)
        self.configuration = configuration
        addresses = try configuration.addresses()
        TraceContext.installProvider(TracingContext.current)
        poller = try configuration.makePoller()
        try LabelNames.check(
            constantLabels: configuration.constantLabels.map(\.name), configuration.nameValidation)
        keeper = configuration.makeKeeper(addresses)
        store = try MetricStore(
            prefix: configuration.prefix, constantLabels: configuration.constantLabels,
            names: configuration.nameValidation,
            initialZero: configuration.initialZero, limits: configuration.storeLimits,
            clock: configuration.clock, predecessor: keeper?.predecessor,
            memory: keeper?.takeMemory())
        try keeper?.register(in: store)
        let id = "heliograph.\(Self.count.wrappingAdd(1, ordering: .relaxed).newValue)"
        pages = Places(configuration.maxRequests < 1 ? .max : configuration.maxRequests)
        ownMetrics = try OwnMetrics(store: store, pages: pages)
        let webMetrics = try WebMetrics(store: store)
        webReload = try configuration.webConfigFile.map { try WebReload(path: $0, webMetrics) }
        var attached: [String] = []
        do {
            attached += try ownMetrics.events.register(in: store, id: "\(id).own", isInternal: true)
            attached += try SupervisionMetrics.register(in: store, id: "\(id).supervision")
            attached += try MetricSet.store(store).register(in: store, id: "\(id).store", isInternal: true)
            attached += try BudgetMetrics.register(in: store, id: "\(id).budget")
            try StateMetrics.register(in: store)
            attached += try PollerMetrics.register(in: store, id: "\(id).polls")
            attached += try configuration.registerProcess(in: store, id: id)
            attached += try metrics.register(in: store, id: id)
            let problems = try logger.map { try ProblemLog($0, id: id) }
            problems?.sayMissingHelp(metrics.definitions)
            use = problems.map { problems in UseWatch { problems.sayUnused($0) } }
            self.problems = problems
            handlers = attached
            if configuration.keeper == nil, let keeper {
                endTakeover()
                keeper.keep(store)
            }
        } catch {
            attached.forEach { try? HandlerRegistry.shared.detach($0) }
            throw error
        }
    }

    /// Registers the metrics that `metrics` lists, as `init(_:plugins:configuration:)` does.
    ///
    /// ```swift
    /// let exporter = try Exporter {
    ///     Counter("orders_total", "Orders completed.", of: Checkout.completed)
    /// }
    /// ```
    public convenience init(
        plugins: [Plugin] = [], configuration: ExporterConfiguration = ExporterConfiguration(),
        logger: Logger? = Logger(label: "heliograph"),
        @MetricSetBuilder _ metrics: () -> [any Metric]
    ) throws {
        try self.init(MetricSet(metrics()), plugins: plugins, configuration: configuration, logger: logger)
    }

    deinit {
        use?.end(isReleased: true)
        // Not found is impossible: the ids are this exporter's own.
        handlers.forEach { try? HandlerRegistry.shared.detach($0) }
    }

    /// Serves the metrics over HTTP until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Throws: what the endpoint could not start for, or what its supervisor gave up for.
    public func run() async throws {
        // The application may go on counting: what it counts from the last copy on is in the live file.
        do {
            try await supervise()
        } catch {
            await keeper?.finish(store, isLast: false)
            throw error
        }
        await keeper?.finish(store, isLast: false)
    }

    private func supervise() async throws {
        use?.note()
        let supervisor = try Supervisor("exporter", children: children())
        let log = try problems.map { try SupervisionLog($0.logger) }
        defer { log?.detach() }
        defer { readiness.set(false) }
        try await withGracefulShutdownHandler {
            try await cancelWhenGracefulShutdown {
                try await supervisor.run { self.readiness.set(true) }
            }
        } onGracefulShutdown: {
            self.readiness.set(false)
        }
    }

    /// The page of the metrics of those names, or of all where there are none, in the format that the `Accept` header asks for.
    ///
    /// `names` are what `name[]` in the query of a request asks for.
    /// Series past their expiry go first, so that they also do where nobody calls `run`.
    public func render(accept: String? = nil, names: [String] = []) -> Page {
        sweepWhereDue()
        let format = formats.format(accept: accept)
        let start = ContinuousClock.now
        let bytes = renderer(of: format, names: names).bytes()
        ownMetrics.scraped(format.format, in: .now - start)
        return Page(contentType: format.contentType, bytes: bytes)
    }

    /// Begins the page of the metrics of those names, or of all where there are none, in the format that the `Accept` header asks for.
    ///
    /// Collectors have `timeout` to answer.
    func begin(
        accept: String?, names: [String] = [], timeout: Duration = MetricStore.standardCollectorTimeout
    ) -> PageInProgress {
        let deadline = ContinuousClock.now + timeout
        sweepWhereDue()
        let format = formats.format(accept: accept)
        return PageInProgress(
            renderer(of: format, names: names), format, ownMetrics, collectingUntil: deadline)
    }

    func renderer(of page: PageFormat, names: [String] = []) -> PageRenderer {
        PageRenderer(
            store, format: page.format, escaping: page.escaping,
            showsCreated: configuration.showsCreatedLines, names: Set(names), pages: preparedPages)
    }

    /// Removes what is past its expiry, but not for each of many scrapes.
    func sweepWhereDue() {
        use?.note()
        let now = store.clock.milliseconds
        let isDue = lastSweep.withLock { last in
            if let last, last <= now, now - last < Self.sweepPause { return false }
            last = now
            return true
        }
        guard isDue else { return }
        Self.sweep(store)
        problems?.sayNews(of: store)
    }

    /// Removes what is past its expiry.
    private static func sweep(_ store: MetricStore) {
        store.sweep()
        // What was retired inside of a handler waits for somebody who is outside of all.
        ReclamationDomain.shared.reclaim()
    }

    private var stateChildren: [ChildSpec] {
        guard let keeper, keeper.writesImages else { return [] }
        return [ChildSpec("state") { [store] in try await keeper.run(store) }]
    }

    /// The loops that `children` runs on threads of their own, for a watchdog.
    package var loops: [any AnsweringLoop] {
        let web: [any AnsweringLoop] = isServed ? webReload?.loops ?? [] : []
        return [endpointLoop] + web
    }

    private var isServed: Bool { !addresses.isEmpty || !configuration.passedListeners.isEmpty }

    /// What `run` supervises, for a tree that holds more than the exporter.
    package func children() -> [ChildSpec] {
        let endpoint = MetricsEndpoint(exporter: self, configuration: configuration, addresses: addresses)
        let web = webReload.map { [$0.child] } ?? []
        return (isServed ? web + [endpoint.child] : []) + stateChildren + [
            ChildSpec("polls") { [poller] in try await poller.run() },
            ChildSpec("expiry") { [store, problems] in
                var schedule = SweepSchedule()
                var watch = BudgetWatch()
                while true {
                    try await Task.sleep(for: SweepSchedule.step)
                    if schedule.isDue(store.shortestExpiry) { Self.sweep(store) }
                    watch.look(at: store.budget)
                    AdoptionLog().sayChanges(of: store)
                    problems?.sayNews(of: store)
                }
            },
        ]
    }
}

/// Whether everything is up, for `/-/ready`.
package final class Readiness: Sendable {
    private let isSet = Atomic<Bool>(false)

    /// Whether everything is up.
    package var isReady: Bool { isSet.load(ordering: .relaxed) }

    /// Says that everything is up, or no more.
    package func set(_ isReady: Bool) { isSet.store(isReady, ordering: .relaxed) }
}

/// A page of metrics, ready to be sent.
public struct Page: Sendable, Equatable {
    /// The `Content-Type` to send with it.
    public let contentType: String
    /// UTF-8.
    public let bytes: [UInt8]
}
