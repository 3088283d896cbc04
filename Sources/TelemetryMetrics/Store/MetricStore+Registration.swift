import Arena
import Synchronization

extension MetricStore {
    /// Whether a metric can join others in one table: one bit for each, and rows that are far shorter than a block.
    private static func hasRoom(_ group: [MetricDefinition], for definition: MetricDefinition) -> Bool {
        let cellCount = group.reduce(CellLayout.Shape(definition).cellCount) {
            $0 + CellLayout.Shape($1).cellCount
        }
        return group.count < ValueBuffer.capacity && cellCount <= 4096
    }

    /// Groups what can share a table: equal keys, limits and expiries, as long as there is room; the order is that of the items.
    ///
    /// What has no key stands alone, and so does a metric with an initial zero: its rows tell when its series appeared.
    package func grouped<Item, Key: Hashable>(
        _ items: [Item], by key: (Item) -> Key?, _ definition: (Item) -> MetricDefinition
    ) -> [[Item]] {
        var groups: [[Item]] = []
        var places: [GroupKey<Key>: Int] = [:]
        for item in items {
            let isAlone = initialZero(of: definition(item)) != nil
            let key = isAlone ? nil : key(item).map { GroupKey($0, definition(item)) }
            if let key, let place = places[key],
                Self.hasRoom(groups[place].map(definition), for: definition(item))
            {
                groups[place].append(item)
            } else {
                if let key { places[key] = groups.count }
                groups.append([item])
            }
        }
        return groups
    }

    /// Registers one metric with a table of its own.
    ///
    /// - Parameter isInternal: whether it is the exporter's own, without the prefix and the constant labels.
    /// - Throws: all that is wrong with the definition.
    package func register(
        _ definition: MetricDefinition, isInternal: Bool = false
    ) throws(DefinitionErrors) -> Family {
        let families = try register(group: [definition], isInternal: isInternal)
        return families[0]
    }

    /// Registers metrics with the same labels, limit and expiry in one table: all of them or none.
    ///
    /// - Throws: all that is wrong with the definitions.
    package func register(
        group: [MetricDefinition], isInternal: Bool = false
    ) throws(DefinitionErrors) -> [Family] {
        let families = try register(groups: [group], isInternal: isInternal)
        return families[0]
    }

    /// Registers groups of metrics, each with a table of its own: all of them or none.
    ///
    /// - Throws: `errors`, which were found before, and all that is wrong with any of the definitions.
    func register(
        groups: [[MetricDefinition]], isInternal: Bool = false, reporting errors: [DefinitionError] = []
    ) throws(DefinitionErrors) -> [[Family]] {
        try metrics.withLock { list throws(DefinitionErrors) in
            try check(Array(groups.joined()), isInternal: isInternal, beside: list, reporting: errors)
            var families: [[Family]] = []
            do throws(DefinitionErrors) {
                for group in groups { families.append(try add(group, isInternal: isInternal, to: &list)) }
            } catch {
                for family in families.joined() { list.remove(family) }
                throw error
            }
            return families
        }
    }

    /// The metric of that definition: the owner's existing one, where only help or limits differ, or a new one.
    ///
    /// - Throws: all that is wrong with the definition; `duplicateName` where another metric has the name.
    package func registerOrReuse(
        _ definition: MetricDefinition, owner: MetricOwner = .application
    ) throws(DefinitionErrors) -> Family {
        try metrics.withLock { list throws(DefinitionErrors) in
            if let family = reusable(definition, owner, in: list) {
                return list.isUndefined(family)
                    ? redefineAlone(definition, owner, in: &list) ?? family : family
            }
            try check([definition], isInternal: false, beside: list)
            return try add([definition], isInternal: false, owner: owner, to: &list)[0]
        }
    }

    /// Which limit of the store leaves no room for a new name of that definition; a refusal is counted.
    ///
    /// Nil where there is room, and where the name stands for a metric that the owner has.
    package func limitReached(
        by definition: MetricDefinition, owner: MetricOwner
    ) -> StoreLimits.Name? {
        guard let limit = budget.limitReached,
            metrics.withLock({ reusable(definition, owner, in: $0) }) == nil
        else { return nil }
        budget.refuse(by: limit)
        return limit
    }

    /// Replaces the metrics `old` by those of `groups` in one step, and returns them.
    ///
    /// An existing metric in which only help or limits change keeps its series and takes the new ones; where metrics share their
    /// rows, the widest limits count. New metrics of a group, which have the same labels and limits, share their rows. Equal
    /// definitions stand for one metric.
    /// - Throws: `errors`, which were found before, and all that is wrong with the definitions; then nothing is changed.
    package func replace(
        _ old: [Family], with groups: [[MetricDefinition]], owner: MetricOwner,
        reporting errors: [DefinitionError] = []
    ) throws(DefinitionErrors) -> [[Family]] {
        try metrics.withLock { list throws(DefinitionErrors) in
            let definitions = groups.joined()
            let kept = Set(definitions.compactMap { reusable($0, owner, in: list)?.name })
            let fresh = distinct(definitions.filter { reusable($0, owner, in: list) == nil })
            let before = list.state(of: old.filter { !kept.contains($0.name) }, and: kept)
            for family in before.others { list.remove(family) }
            var made: [Family] = []
            do throws(DefinitionErrors) {
                try check(fresh, isInternal: false, beside: list, reporting: errors)
                for group in groups {
                    let fresh = distinct(group.filter { reusable($0, owner, in: list) == nil })
                    guard !fresh.isEmpty else { continue }
                    made += try add(fresh, isInternal: false, owner: owner, to: &list)
                }
            } catch {
                for family in made { list.remove(family) }
                list.restore(before)
                throw error
            }
            for family in before.others { family.retract() }
            let families = groups.map { $0.compactMap { redefine($0, owner, in: &list) } }
            changeLimits(of: families.joined())
            return families
        }
    }

    /// Puts a metric for each of `definitions` in the place of `old` in one step, as `replace` does, but each for itself: what is
    /// wrong with one keeps that one out, and no other.
    package func replaceEach(
        _ old: [Family], with definitions: [MetricDefinition], owner: MetricOwner
    ) -> [Result<Family, DefinitionErrors>] {
        metrics.withLock { list in
            let kept = Set(definitions.compactMap { reusable($0, owner, in: list)?.name })
            // A metric that several names fill is there several times.
            var gone: Set<String> = []
            for family in old where !kept.contains(family.name) && gone.insert(family.name).inserted {
                list.remove(family)
                family.retract()
            }
            let families = definitions.map { definition in
                Result { () throws(DefinitionErrors) in
                    if let family = redefine(definition, owner, in: &list) { return family }
                    try check([definition], isInternal: false, beside: list)
                    return try add([definition], isInternal: false, owner: owner, to: &list)[0]
                }
            }
            changeLimits(of: families.compactMap { try? $0.get() })
            return families
        }
    }

    /// Removes a metric that is alone in its table and has no series; false where it has one or is not.
    ///
    /// Nothing is recorded into it any more: what `update` can't, as the table is closed, is to be recorded into a new metric.
    package func removeEmpty(_ family: Family) -> Bool {
        metrics.withLock { list in
            guard list.isAlone(family), family.series.table.close() else { return false }
            list.remove(family)
            family.retract()
            return true
        }
    }

    /// Takes metrics off the page; what still records into them does so for nobody.
    package func remove(_ families: [Family]) {
        metrics.withLock { list in
            for family in families {
                list.remove(family)
                family.retract()
            }
        }
    }
}

extension MetricStore {
    func named(_ definition: MetricDefinition, isInternal: Bool) -> MetricDefinition {
        var named = definition
        if !isInternal { named.name = prefix + definition.name }
        return named
    }

    func reusable(
        _ definition: MetricDefinition, _ owner: MetricOwner, in list: MetricList
    ) -> Family? {
        let named = named(definition, isInternal: false)
        guard let family = list[named.exposedName], !family.isInternal, family.owner == owner,
            family.definition.isSame(as: named)
        else {
            return nil
        }
        return family
    }

    /// The definitions without those that stand for the same metric as the first one of their name.
    private func distinct(_ definitions: [MetricDefinition]) -> [MetricDefinition] {
        var first: [String: MetricDefinition] = [:]
        return definitions.filter { definition in
            let name = named(definition, isInternal: false).exposedName
            if let other = first[name] { return !other.isSame(as: definition) }
            first[name] = definition
            return true
        }
    }

    /// The metric that exists, with the help of the definition.
    private func redefine(
        _ definition: MetricDefinition, _ owner: MetricOwner, in list: inout MetricList
    ) -> Family? {
        guard let family = reusable(definition, owner, in: list) else { return nil }
        let redefined = family.redefined(
            as: named(definition, isInternal: false), initialZero: initialZero(of: definition))
        if list.isUndefined(family) { list.mark(family, isUndefined: false) }
        guard redefined !== family else { return family }
        list.add(redefined)
        return redefined
    }

    func redefineAlone(
        _ definition: MetricDefinition, _ owner: MetricOwner, in list: inout MetricList
    ) -> Family? {
        guard let family = redefine(definition, owner, in: &list) else { return nil }
        changeLimits(of: [family])
        return family
    }

    /// Gives each table the widest limits of its metrics.
    func changeLimits(of families: some Sequence<Family>) {
        for (_, sharing) in Dictionary(grouping: families, by: { ObjectIdentifier($0.series) }) {
            let expiries = sharing.map(\.lifetime)
            let longest = expiries.contains(nil) ? nil : expiries.compactMap(\.self).max()
            sharing[0].series.change(limit: sharing.map(\.definition.seriesLimit).max() ?? 1, expiry: longest)
        }
    }

    /// Throws all that is wrong with the definitions, by themselves, with one another and beside the metrics of `list`.
    func check(
        _ definitions: [MetricDefinition], isInternal: Bool, beside list: MetricList,
        reporting known: [DefinitionError] = []
    ) throws(DefinitionErrors) {
        var errors = known
        var taken: Set<String> = []
        for definition in definitions {
            let named = named(definition, isInternal: isInternal)
            var problems = definition.problems(
                exposedName: named.exposedName, constantLabels: isInternal ? [] : constantLabels.map(\.name),
                names: names)
            if !isInternal, let name = named.reservedName { problems.append(.reservedName(name)) }
            if let name = list.firstTaken(of: named.sampleNames, or: taken) {
                problems.append(.duplicateName(name))
            }
            taken.formUnion(named.sampleNames.map(PrometheusName.legacy))
            errors += problems.map { DefinitionError(metric: definition.name, problem: $0) }
        }
        guard errors.isEmpty else { throw DefinitionErrors(errors: errors) }
    }
}

/// What metrics of one table have in common.
private struct GroupKey<Key: Hashable>: Hashable {
    let key: Key
    let limit: Int
    let expiry: Duration?

    init(_ key: Key, _ definition: MetricDefinition) {
        self.key = key
        limit = definition.seriesLimit
        expiry = definition.expiry
    }
}
