import Telemetry

extension MetricSet {
    /// Registers all metrics in `store` and attaches them to their events, under ids that begin with `id`.
    ///
    /// - Parameter isTaken: which events are recorded; all where it is nil.
    /// - Returns: the ids of the handlers.
    /// - Throws: everything that is wrong with any of them; then none is registered nor attached.
    @discardableResult
    package func register(
        in store: MetricStore, id: String, isInternal: Bool = false,
        where isTaken: (@Sendable () -> Bool)? = nil
    ) throws(DefinitionErrors) -> [String] {
        let groups = grouped(in: store)
        let families = try registerFamilies(of: groups, in: store, isInternal: isInternal)
        for family in families.joined() { family.showSeeds() }
        var byEvent: [(event: EventName, groups: [BoundGroup])] = []
        for (group, families) in zip(groups, families) {
            // All metrics of a group take their values from the same events.
            for source in group[0].source.bindings.indices {
                let bound = BoundGroup(bindings: group.map { $0.source.bindings[source] }, families: families)
                guard let event = bound.bindings[0].eventName else { continue }
                if let index = byEvent.firstIndex(where: { $0.event == event }) {
                    byEvent[index].groups.append(bound)
                } else {
                    byEvent.append((event, [bound]))
                }
            }
        }
        let handlers: [String]
        do throws(DefinitionErrors) {
            handlers = try attach(byEvent, id: id, where: isTaken)
        } catch {
            store.remove(Array(families.joined()))
            throw error
        }
        for (metric, family) in zip(groups.joined(), families.joined()) { metric.source.start(family, store) }
        return handlers
    }

    private func registerFamilies(
        of groups: [[any Metric]], in store: MetricStore, isInternal: Bool
    ) throws(DefinitionErrors) -> [[Family]] {
        do throws(DefinitionErrors) {
            return try store.register(
                groups: groups.map { $0.map(\.registered) }, isInternal: isInternal,
                reporting: sourceErrors)
        } catch {
            throw DefinitionErrors(errors: inOrder(error.errors))
        }
    }

    private func inOrder(_ errors: [DefinitionError]) -> [DefinitionError] {
        var seen: Set<String> = []
        return metrics.map(\.definition.name).filter { seen.insert($0).inserted }.flatMap { name in
            errors.filter { $0.metric == name }
        }
    }

    private func attach(
        _ byEvent: [(event: EventName, groups: [BoundGroup])], id: String,
        where isTaken: (@Sendable () -> Bool)?
    ) throws(DefinitionErrors) -> [String] {
        var attached: [String] = []
        for (event, groups) in byEvent {
            do throws(TelemetryError) {
                let handler = "\(id)/\(event)"
                try groups[0].bindings[0].attach(groups, id: handler, where: isTaken)
                attached.append(handler)
            } catch {
                attached.forEach { try? HandlerRegistry.shared.detach($0) }
                // The event was checked and the id is fresh; a second exporter of the same id would end here.
                throw DefinitionErrors(errors: [
                    DefinitionError(metric: groups[0].families[0].definition.name, problem: .inertEvent)
                ])
            }
        }
        return attached
    }

    private var sourceErrors: [DefinitionError] {
        metrics.flatMap { metric in
            metric.sourceProblems.map { DefinitionError(metric: metric.definition.name, problem: $0) }
        }
    }

    /// Metrics of the same events with the same labels, limit and expiry come together; the order is that of the set.
    private func grouped(in store: MetricStore) -> [[any Metric]] {
        struct Source: Hashable {
            let event: EventName
            let labels: [UInt64]
        }
        return store.grouped(
            metrics,
            by: { metric -> [Source]? in
                let sources = metric.source.bindings.compactMap { binding in
                    binding.eventName.map { Source(event: $0, labels: binding.labelIdentities) }
                }
                return sources.isEmpty ? nil : sources
            }, { $0.definition })
    }
}

extension Metric {
    /// What is wrong with the events that it takes its values from.
    fileprivate var sourceProblems: [DefinitionError.Problem] {
        let bindings = source.bindings
        var problems: [DefinitionError.Problem] = []
        if bindings.contains(where: { $0.eventName == nil }) { problems.append(.inertEvent) }
        let mismatches = bindings.compactMap(\.eventName).compactMap(HandlerRegistry.shared.mismatch(of:))
        if let mismatch = mismatches.first { problems.append(.payloadMismatch(mismatch)) }
        if source.isFunction, !bindings.isEmpty { problems.append(.functionAndEvents) }
        for binding in bindings {
            if binding.labelNames != definition.labels {
                problems.append(.labelsOfSource(binding.labelNames))
            }
            if binding.unit != bindings[0].unit { problems.append(.unitOfSource) }
        }
        return problems
    }

    /// Its definition, without the exporter's initial zero where its first value is no growth, and without a future where all of it
    /// is read anew.
    fileprivate var registered: MetricDefinition {
        var definition = definition
        guard source.isReading else { return definition }
        if definition.initialZero == nil { definition.initialZero = .zero }
        if definition.persistence == .automatic { definition.persistence = .none }
        return definition
    }
}
