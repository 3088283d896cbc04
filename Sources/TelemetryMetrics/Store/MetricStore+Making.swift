import Arena
import Telemetry

/// How metrics are made, and go on with what there was of them.
extension MetricStore {
    /// Makes metrics in one table, which go on with what there is of them; see `inherit`.
    ///
    /// A metric that nobody had defined leaves the list for one that is defined now: the series go over to it, where it is the same.
    func add(
        _ group: [MetricDefinition], isInternal: Bool, owner: MetricOwner = .application,
        isNamed: Bool = false,
        to list: inout MetricList
    ) throws(DefinitionErrors) -> [Family] {
        let definitions = isNamed ? group : group.map { named($0, isInternal: isInternal) }
        let undefined = list.undefined(with: definitions.flatMap(\.sampleNames))
        if group.count == 1, undefined.count == 1, !isInternal, list.isAlone(undefined[0]),
            definitions[0].isKept(by: owner, isInternal: false),
            let family = redefineAlone(group[0], owner, in: &list)
        {
            return [family]
        }
        guard !undefined.isEmpty else {
            return try enter(group, definitions, isInternal: isInternal, owner: owner, in: &list)
        }
        // What a sweep takes out of the tables meanwhile keeps its memory until their rows are read.
        return try ReclamationDomain.shared.read { () throws(DefinitionErrors) in
            let own = arena.foreign()
            for family in undefined {
                list.remove(family)
                if let own { inheritance.giveBack(Estate(of: family, in: own)) }
            }
            do throws(DefinitionErrors) {
                let families = try enter(group, definitions, isInternal: isInternal, owner: owner, in: &list)
                for family in undefined { retire(family) }
                return families
            } catch {
                for family in undefined {
                    _ = inheritance.take(family.name)
                    list.add(family)
                    list.mark(family, isUndefined: true)
                }
                throw error
            }
        }
    }

    private func enter(
        _ group: [MetricDefinition], _ definitions: [MetricDefinition], isInternal: Bool, owner: MetricOwner,
        in list: inout MetricList
    ) throws(DefinitionErrors) -> [Family] {
        let families = try make(group, definitions, isInternal: isInternal, owner: owner)
        for family in families { list.add(family) }
        for family in families where family.initialZero != nil { changeLimits(of: [family]) }
        return families
    }

    /// Makes metrics in one table: first the cells of all that have copies, then the others.
    private func make(
        _ group: [MetricDefinition], _ definitions: [MetricDefinition], isInternal: Bool, owner: MetricOwner
    ) throws(DefinitionErrors) -> [Family] {
        let shapes = group.map { CellLayout.Shape($0) }
        let copied = shapes.reduce(0) { $0 + $1.copied }
        var first = 0
        var rest = copied
        var blockCells: [Int] = []
        var layouts: [ArenaBox<CellLayout>] = []
        for (index, (definition, shape)) in zip(group, shapes).enumerated() {
            layouts.append(
                try layout(definition, first: first, rest: rest, bit: 1 << UInt64(index)))
            blockCells += shape.blocks.map { rest + $0 } + shape.copiedBlocks.map { first + $0 }
            first += shape.copied
            rest += shape.rest
        }
        let shape = RowShape(cellCount: rest, copied: copied, copyCount: arena.copyCount)
        let tableRecord = try record(
            of: group[0], .table, words: TableRecord.wordCount, TableRecord(shape).bytes)
        let table = SeriesTable(
            arena: arena, budget: budget, isInternal: isInternal, labels: group[0].labels, names: names,
            cellCount: rest,
            copied: copied, blockCells: blockCells,
            limit: group[0].seriesLimit, expiry: group[0].expiry, record: tableRecord, clock: clock)
        let inherited = takeEstates(of: definitions, isInternal: isInternal, owner: owner)
        var families: [Family] = []
        for ((definition, layout), estate) in zip(zip(definitions, layouts), inherited) {
            let familyRecord = FamilyRecord(
                definition, isInternal: isInternal, owner: owner, table: tableRecord.offset,
                first: layout.value.first, rest: layout.value.rest, bit: layout.value.bit)
            let tables = LayoutTables(
                layout, arena: arena, heap: definition.heapSize, tableRecord: tableRecord.offset,
                record: try record(
                    of: definition, .family, words: FamilyRecord.wordCount, familyRecord.bytes))
            let zero = initialZero(of: definition, isInternal: isInternal)
            // Series that were shown with their values are not new to anybody.
            let shownBefore = estate.map { $0.shownBefore ?? clock.moment } ?? 0
            families.append(
                Family(
                    definition, series: table, tables: tables, isInternal: isInternal, owner: owner,
                    initialZero: zero.map {
                        InitialZero($0, shownBefore: shownBefore, note: tables.noteShown(before:))
                    }))
        }
        inherit(inherited, families)
        return families
    }

    func record(
        of definition: MetricDefinition, _ kind: Record.Kind, words: Int, _ payload: [UInt8]
    ) throws(DefinitionErrors) -> Record {
        do throws(ArenaError) {
            return try arena.makeRecord(kind, words: words, payload: payload)
        } catch {
            throw DefinitionErrors(errors: [
                DefinitionError(metric: definition.name, problem: .noMemory("\(error)"))
            ])
        }
    }

    func layout(
        _ definition: MetricDefinition, first: Int, rest: Int, bit: UInt64
    ) throws(DefinitionErrors) -> ArenaBox<CellLayout> {
        do throws(ArenaError) {
            return try ArenaBox(
                try CellLayout(definition, first: first, rest: rest, bit: bit, arena: arena), in: arena)
        } catch {
            throw DefinitionErrors(errors: [
                DefinitionError(metric: definition.name, problem: .noMemory("\(error)"))
            ])
        }
    }
}
