import Arena

/// The metrics of a store by name, with their tables; guarded by the store's lock.
struct MetricList {
    private var byName: [String: Family] = [:]
    /// The names of all their samples, as a server without UTF-8 names has them: on its page too, each is of one metric.
    private var sampleNames: Set<String> = []
    /// Metrics of a predecessor that nobody has defined yet, by the same names of their samples.
    private var undefined: [String: Family] = [:]
    /// The tables of all metrics, with how many metrics use each.
    private var uses: [ObjectIdentifier: (table: SeriesTable, metrics: Int)] = [:]
    private var inOrder: [Family]?
    /// How often the list changed.
    private(set) var changes: UInt64 = 0
    /// Found since the list changed.
    private var shortest: UInt64??
    /// How many metrics were removed.
    private(set) var removals: UInt64 = 0
    /// What overflowed in tables that are gone.
    private var overflowedBefore: UInt64 = 0

    /// A part of the list, to go back to without a copy of all of it.
    struct State {
        /// Metrics that stay in the list, perhaps with other definitions.
        let kept: [Family]
        /// Metrics that may go.
        let others: [Family]
        fileprivate let overflowedBefore: UInt64
    }

    subscript(name: String) -> Family? { byName[name] }

    var count: Int { byName.count }

    var tables: [SeriesTable] { uses.values.map(\.table) }

    /// How many series all tables hold.
    var seriesCount: Int { uses.values.reduce(0) { $0 + $1.table.table.count } }

    /// Updates that fell into overflow series; it never shrinks.
    var overflowed: UInt64 { uses.values.reduce(overflowedBefore) { $0 + $1.table.overflowed } }

    /// The shortest time that a series of any table lives without an update, in milliseconds; nil where all live for ever.
    mutating func shortestLifetime() -> UInt64? {
        let found = shortest ?? uses.values.compactMap(\.table.lifetime).min()
        shortest = .some(found)
        return found
    }

    /// Whether no other metric has the table of `family`.
    func isAlone(_ family: Family) -> Bool { uses[ObjectIdentifier(family.series)]?.metrics == 1 }

    /// All metrics in the order of their names.
    mutating func families() -> [Family] {
        let sorted = inOrder ?? byName.values.sorted { $0.name < $1.name }
        inOrder = sorted
        return sorted
    }

    /// The first of `names` that a metric has, or one of `others`, which are as `sampleNames`.
    ///
    /// Those of metrics that nobody defined count as free.
    func firstTaken(of names: [String], or others: Set<String>) -> String? {
        names.first { name in
            let legacy = PrometheusName.legacy(name)
            return sampleNames.contains(legacy) && undefined[legacy] == nil || others.contains(legacy)
        }
    }

    /// The metrics that nobody defined, in no order.
    var undefinedFamilies: [Family] {
        undefined.filter { $0.key == PrometheusName.legacy($0.value.name) }.map(\.value)
    }

    /// Those of them that have one of these names of samples.
    func undefined(with names: [String]) -> [Family] {
        guard !undefined.isEmpty else { return [] }
        var seen: Set<String> = []
        return names.compactMap { undefined[PrometheusName.legacy($0)] }.filter {
            seen.insert($0.name).inserted
        }
    }

    /// Whether nobody defined it.
    func isUndefined(_ family: Family) -> Bool {
        undefined[PrometheusName.legacy(family.name)]?.series === family.series
    }

    private static func names(of family: Family) -> [String] {
        family.definition.sampleNames.map(PrometheusName.legacy)
    }

    /// Says that nobody defined a metric of the list, or that somebody did by now.
    mutating func mark(_ family: Family, isUndefined: Bool) {
        for name in Self.names(of: family) { undefined[name] = isUndefined ? family : nil }
    }

    /// Adds a metric whose names are free, or puts it in the place of one with the same name and table.
    mutating func add(_ family: Family) {
        noteChange()
        sampleNames.formUnion(Self.names(of: family))
        guard byName.updateValue(family, forKey: family.name) == nil else { return }
        uses[ObjectIdentifier(family.series), default: (family.series, 0)].metrics += 1
        family.series.show(samples: family.definition.samplesPerSeries)
    }

    /// Removes a metric with its names; its table goes with the last one that uses it.
    ///
    /// All that leaves the store does so here.
    mutating func remove(_ family: Family) {
        // Another one may have the name by now.
        guard byName[family.name]?.series === family.series else { return }
        noteChange()
        removals += 1
        mark(family, isUndefined: false)
        byName[family.name] = nil
        sampleNames.subtract(Self.names(of: family))
        family.series.show(samples: -family.definition.samplesPerSeries)
        let table = ObjectIdentifier(family.series)
        uses[table]?.metrics -= 1
        guard uses[table]?.metrics == 0 else { return }
        overflowedBefore += family.series.overflowed
        uses[table] = nil
    }

    private mutating func noteChange() {
        inOrder = nil
        shortest = nil
        changes += 1
    }

    /// The state of the metrics of `families` that are in the list, and of those named `kept`.
    func state(of families: [Family], and kept: Set<String>) -> State {
        State(
            kept: kept.compactMap { byName[$0] },
            others: families.filter { byName[$0.name]?.series === $0.series },
            overflowedBefore: overflowedBefore)
    }

    /// Goes back to a state, once what was added since then is removed.
    mutating func restore(_ state: State) {
        for family in state.kept + state.others { add(family) }
        overflowedBefore = state.overflowedBefore
    }
}
