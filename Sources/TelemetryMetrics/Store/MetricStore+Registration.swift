import Synchronization

extension MetricStore {
    /// Whether a metric can join others in one table: one bit for each, and rows that are far shorter than a block.
    static func hasRoom(_ group: [MetricDefinition], for definition: MetricDefinition) -> Bool {
        let cellCount = group.reduce(Family.cellCount(definition)) { $0 + Family.cellCount($1) }
        return group.count < 64 && cellCount <= 4096
    }

    /// Registers one metric with a table of its own.
    ///
    /// - Parameter isOwn: whether it is the exporter's own, without the prefix and the constant labels.
    /// - Throws: all that is wrong with the definition.
    package func register(
        _ definition: MetricDefinition, isOwn: Bool = false
    ) throws(DefinitionErrors) -> Family {
        let families = try register(group: [definition], isOwn: isOwn)
        return families[0]
    }

    /// Registers metrics with the same labels, limit and expiry in one table: all of them or none.
    ///
    /// - Throws: all that is wrong with the definitions.
    package func register(
        group: [MetricDefinition], isOwn: Bool = false
    ) throws(DefinitionErrors) -> [Family] {
        let families = try register(groups: [group], isOwn: isOwn)
        return families[0]
    }

    /// Registers groups of metrics, each with a table of its own: all of them or none.
    ///
    /// - Throws: `errors`, which were found before, and all that is wrong with any of the definitions.
    func register(
        groups: [[MetricDefinition]], isOwn: Bool = false, reporting errors: [DefinitionError] = []
    ) throws(DefinitionErrors) -> [[Family]] {
        try metrics.withLock { list throws(DefinitionErrors) in
            try check(Array(groups.joined()), isOwn: isOwn, beside: list, reporting: errors)
            return groups.map { add($0, isOwn: isOwn, to: &list) }
        }
    }

    /// The metric of that definition: the one of that owner that exists where all but its help and limits is the same, else a new one.
    ///
    /// - Throws: all that is wrong with the definition; `duplicateName` where another metric has the name.
    package func registerOrReuse(
        _ definition: MetricDefinition, owner: MetricOwner = .application
    ) throws(DefinitionErrors) -> Family {
        try metrics.withLock { list throws(DefinitionErrors) in
            if let family = reusable(definition, owner, in: list) { return family }
            try check([definition], isOwn: false, beside: list)
            return add([definition], isOwn: false, owner: owner, to: &list)[0]
        }
    }

    /// Puts the metrics of `definitions` in the place of `old` in one step, and returns them.
    ///
    /// A metric that exists keeps its series where all but its help and limits is the same; those are taken over.
    /// Equal definitions stand for one metric.
    /// - Throws: `errors`, which were found before, and all that is wrong with the definitions; then nothing is changed.
    package func replace(
        _ old: [Family], with definitions: [MetricDefinition], owner: MetricOwner,
        reporting errors: [DefinitionError] = []
    ) throws(DefinitionErrors) -> [Family] {
        try metrics.withLock { list throws(DefinitionErrors) in
            let kept = Set(definitions.compactMap { reusable($0, owner, in: list)?.name })
            var next = list
            for family in old where !kept.contains(family.name) { next.remove(family) }
            var fresh: [MetricDefinition] = []
            for definition in definitions where reusable(definition, owner, in: list) == nil {
                if !fresh.contains(where: { isOne($0, with: definition) }) { fresh.append(definition) }
            }
            try check(fresh, isOwn: false, beside: next, reporting: errors)
            defer { list = next }
            return definitions.map { definition in
                guard let family = reusable(definition, owner, in: next) else {
                    return add([definition], isOwn: false, owner: owner, to: &next)[0]
                }
                let redefined = family.redefined(as: named(definition, isOwn: false))
                next.add(redefined)
                return redefined
            }
        }
    }

    /// Takes metrics off the page; what still records into them does so for nobody.
    package func remove(_ families: [Family]) {
        metrics.withLock { list in
            for family in families { list.remove(family) }
        }
    }
}

extension MetricStore {
    private func named(_ definition: MetricDefinition, isOwn: Bool) -> MetricDefinition {
        var named = definition
        if !isOwn { named.name = prefix + definition.name }
        return named
    }

    private func reusable(
        _ definition: MetricDefinition, _ owner: MetricOwner, in list: MetricList
    ) -> Family? {
        let named = named(definition, isOwn: false)
        guard let family = list[named.exposedName], !family.isOwn, family.owner == owner,
            family.definition.isSame(as: named)
        else {
            return nil
        }
        return family
    }

    private func isOne(_ left: MetricDefinition, with right: MetricDefinition) -> Bool {
        named(left, isOwn: false).exposedName == named(right, isOwn: false).exposedName
            && left.isSame(as: right)
    }

    /// Throws all that is wrong with the definitions, by themselves, with one another and beside the metrics of `list`.
    private func check(
        _ definitions: [MetricDefinition], isOwn: Bool, beside list: MetricList,
        reporting known: [DefinitionError] = []
    ) throws(DefinitionErrors) {
        var errors = known
        var names: Set<String> = []
        for definition in definitions {
            let named = named(definition, isOwn: isOwn)
            var problems = definition.problems(
                exposedName: named.exposedName, constantLabels: isOwn ? [] : constantLabels.map(\.name))
            if let taken = list.firstTaken(of: named.sampleNames, or: names) {
                problems.append(.duplicateName(taken))
            }
            names.formUnion(named.sampleNames)
            errors += problems.map { DefinitionError(metric: definition.name, problem: $0) }
        }
        guard errors.isEmpty else { throw DefinitionErrors(errors: errors) }
    }

    /// Makes metrics in one table.
    private func add(
        _ group: [MetricDefinition], isOwn: Bool, owner: MetricOwner = .application, to list: inout MetricList
    ) -> [Family] {
        var firstCells: [Int] = []
        var pageCells: [Int] = []
        var cellCount = 0
        for definition in group {
            firstCells.append(cellCount)
            if definition.kind == .summary {
                pageCells += SlidingWindow.pageCells(first: cellCount + 2)
            }
            cellCount += Family.cellCount(definition)
        }
        let table = SeriesTable(
            arena: arena, cellCount: cellCount, pageCells: pageCells, limit: group[0].seriesLimit,
            expiry: group[0].expiry, clock: clock)
        return group.indices.map { index in
            let family = Family(
                named(group[index], isOwn: isOwn), series: table, firstCell: firstCells[index],
                bit: 1 << UInt64(index), isOwn: isOwn, owner: owner)
            list.add(family)
            return family
        }
    }
}
