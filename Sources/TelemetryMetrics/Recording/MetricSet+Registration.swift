import Telemetry

extension MetricSet {
    /// Registers all metrics in `store` and attaches them to their events, under ids that begin with `id`.
    ///
    /// - Returns: the ids of the handlers.
    /// - Throws: everything that is wrong with any of them; then none is registered nor attached.
    @discardableResult
    package func register(
        in store: MetricStore, id: String, isInternal: Bool = false
    ) throws(DefinitionErrors) -> [String] {
        let groups = grouped(in: store)
        let families = try registerFamilies(of: groups, in: store, isInternal: isInternal)
        for family in families.joined() { family.showSeeds() }
        var byEvent: [(event: EventName, groups: [BoundGroup])] = []
        for (group, families) in zip(groups, families) {
            let bound = BoundGroup(bindings: group.compactMap(\.source.binding), families: families)
            guard let event = bound.bindings.first?.eventName else { continue }
            if let index = byEvent.firstIndex(where: { $0.event == event }) {
                byEvent[index].groups.append(bound)
            } else {
                byEvent.append((event, [bound]))
            }
        }
        let handlers: [String]
        do throws(DefinitionErrors) {
            handlers = try attach(byEvent, id: id)
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
                reporting: inertEventErrors)
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
        _ byEvent: [(event: EventName, groups: [BoundGroup])], id: String
    ) throws(DefinitionErrors) -> [String] {
        var attached: [String] = []
        for (event, groups) in byEvent {
            do throws(TelemetryError) {
                let handler = "\(id)/\(event)"
                try groups[0].bindings[0].attach(groups, id: handler)
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

    private var inertEventErrors: [DefinitionError] {
        metrics.compactMap { metric in
            guard let binding = metric.source.binding, binding.eventName == nil else { return nil }
            return DefinitionError(metric: metric.definition.name, problem: .inertEvent)
        }
    }

    /// Metrics of one event with the same labels, limit and expiry come together; the order is that of the set.
    private func grouped(in store: MetricStore) -> [[any Metric]] {
        struct Key: Hashable {
            let event: EventName
            let labels: [UInt64]
        }
        return store.grouped(
            metrics,
            by: { metric -> Key? in
                guard let binding = metric.source.binding, let event = binding.eventName else { return nil }
                return Key(event: event, labels: binding.labelIdentities)
            }, { $0.definition })
    }
}

extension Metric {
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
