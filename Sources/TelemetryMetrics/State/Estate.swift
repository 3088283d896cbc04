import Arena

/// A metric of a predecessor, with where its rows are; it keeps the predecessor's memory.
struct Estate: Sendable {
    let arena: ForeignArena
    let record: FamilyRecord
    /// The offset of the record of its table, which several metrics may share.
    let table: Int
    let shape: RowShape
    let firstBlock: UInt64
    /// Series from before this moment were shown with their values; nil where all were.
    let shownBefore: UInt64?
    /// What its times are here.
    let times: TimeTranslation

    var name: String { record.definition.exposedName }

    init(
        _ arena: ForeignArena, _ record: FamilyRecord, shape: RowShape, firstBlock: UInt64,
        shownBefore: UInt64?,
        times: TimeTranslation
    ) {
        self.arena = arena
        self.record = record
        table = record.table
        self.shape = shape
        self.firstBlock = firstBlock
        self.shownBefore = shownBefore
        self.times = times
    }

    /// A metric of this very process, whose series another one is to go on with; `arena` is its own, seen from outside.
    init(of family: Family, in arena: ForeignArena) {
        let layout = family.layout
        let table = family.series.table
        self.init(
            arena,
            FamilyRecord(
                family.definition, isInternal: family.isInternal, owner: family.owner,
                table: family.tableRecord,
                first: layout.first, rest: layout.rest, bit: layout.bit),
            shape: table.shape, firstBlock: table.firstBlockOffset,
            shownBefore: family.initialZero?.shownBefore,
            times: TimeTranslation(from: arena, to: family.series.clock))
    }

    var rows: ForeignRows { ForeignRows(arena, from: firstBlock, shape) }

    /// Whether `family` is the same metric, so that it goes on with the series.
    func isOf(_ family: Family) -> Bool {
        record.definition.isSame(as: family.definition) && record.isInternal == family.isInternal
            && record.owner == family.owner
    }
}
