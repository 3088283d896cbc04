import Synchronization

/// Where a metric's values come from: events, or a function that is asked before every scrape.
public struct MetricSource: Sendable {
    /// One for each event.
    private(set) var bindings: [any MetricBinding]
    let read: (@Sendable () -> Double?)?
    /// Shows what comes neither from events nor from a function that gives one number.
    var show: (@Sendable (Family, MetricStore) -> Void)?

    @usableFromInline
    init(_ binding: any MetricBinding) {
        bindings = [binding]
        read = nil
    }

    /// Takes values from one more event.
    @usableFromInline
    mutating func add(_ binding: any MetricBinding) { bindings.append(binding) }

    init(reading read: @escaping @Sendable () -> Double?) {
        bindings = []
        self.read = read
    }

    init(showing show: @escaping @Sendable (Family, MetricStore) -> Void) {
        bindings = []
        read = nil
        self.show = show
    }

    /// Shows values by the values of their labels; of those with another number of labels, it counts that.
    init(readingSeries read: @escaping @Sendable () -> [[String]: Double?]) {
        self.init(showing: { family, store in
            let shown = Mutex<Set<[String]>>([])
            store.addCollector(of: family) {
                shown.withLock { shown in
                    var now: Set<[String]> = []
                    for (labels, value) in read() {
                        guard labels.count == family.definition.labels.count else {
                            family.reject(.wrongLabels)
                            continue
                        }
                        guard let value else { continue }
                        family.replace(with: value, labels: labels)
                        now.insert(labels)
                    }
                    for labels in shown.subtracting(now) { _ = family.remove(labels: labels) }
                    shown = now
                }
                return true
            }
        })
    }

    /// Whether a function gives the values.
    var isFunction: Bool { read != nil || show != nil }

    /// Whether it is a total that exists elsewhere, so that its first value is no growth.
    var isReading: Bool { read != nil }

    /// Has the function asked before every scrape from now on.
    func start(_ family: Family, _ store: MetricStore) {
        show?(family, store)
        guard let read else { return }
        if family.definition.persistence == .kept, family.definition.isCounter {
            return startGrowing(family, store, read)
        }
        add(family, store) {
            // A figure that there is not may not stay as it was.
            guard let value = read() else {
                family.hide(labels: [])
                return false
            }
            // Of a definition whose units can't be converted there is no family.
            let converted = value * (family.definition.conversionFactor ?? 1)
            guard converted.isFinite || !value.isFinite else {
                family.hide(labels: [])
                family.reject(.overflow)
                return false
            }
            family.replace(with: converted, labels: [])
            return true
        }
    }
}

extension MetricSource {
    /// The exporter's own functions never block.
    private func add(_ family: Family, _ store: MetricStore, _ collect: @escaping @Sendable () -> Bool) {
        guard family.isInternal else { return store.addCollector(of: family, collect) }
        store.addCollector { _ = collect() }
    }

    /// Has what the function's total grows by added before every scrape to what there was in processes before.
    private func startGrowing(
        _ family: Family, _ store: MetricStore, _ read: @escaping @Sendable () -> Double?
    ) {
        let last = Mutex(0.0)
        add(family, store) {
            guard let value = read() else { return false }
            let converted = value * (family.definition.conversionFactor ?? 1)
            guard converted.isFinite, converted >= 0 else {
                family.reject(converted < 0 ? .negative : value.isFinite ? .overflow : .notFinite)
                return false
            }
            last.withLock { last in
                // A total that shrank began anew.
                family.add(amount: converted < last ? converted : converted - last, labels: [])
                last = converted
            }
            return true
        }
    }
}
