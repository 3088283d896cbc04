import Arena

/// What a successor has to know of a table: how its rows lie.
struct TableRecord: Equatable {
    let shape: RowShape

    /// The first word of the record leads to the rows; see `Table`.
    static let wordCount = 1

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt32(shape.cellCount))
        writer.write(UInt32(shape.copied))
        writer.write(UInt32(shape.copyCount))
        return writer.bytes
    }

    init(_ shape: RowShape) {
        self.shape = shape
    }

    init(bytes: [UInt8]) throws(ByteReader.Mistake) {
        var reader = ByteReader(bytes)
        shape = RowShape(
            cellCount: Int(try reader.integer(UInt32.self)), copied: Int(try reader.integer(UInt32.self)),
            copyCount: Int(try reader.integer(UInt32.self)))
        guard reader.isAtEnd else { throw ByteReader.Mistake() }
    }
}

/// What a successor has to know of a metric: its definition, and where its numbers lie in the rows of its table.
struct FamilyRecord: Equatable {
    let definition: MetricDefinition
    let isInternal: Bool
    let owner: MetricOwner
    /// Whether a successor goes on with it.
    let isKept: Bool
    /// The offset of the table's record.
    let table: Int
    let first: Int
    let rest: Int
    let bit: UInt64

    /// One word: the moment before which series were shown with their values, plus one; 0 where none is shown as zero.
    static let wordCount = 1

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt64(table))
        writer.write(UInt32(first))
        writer.write(UInt32(rest))
        writer.write(bit)
        writer.write(isInternal)
        writer.write(owner.rawValue)
        writer.write(isKept)
        return writer.bytes + definition.bytes
    }

    init(
        _ definition: MetricDefinition, isInternal: Bool, owner: MetricOwner, table: Int, first: Int,
        rest: Int, bit: UInt64
    ) {
        self.definition = definition
        self.isInternal = isInternal
        self.owner = owner
        isKept = definition.isKept(by: owner, isInternal: isInternal)
        self.table = table
        self.first = first
        self.rest = rest
        self.bit = bit
    }

    init(bytes: [UInt8]) throws(ByteReader.Mistake) {
        var reader = ByteReader(bytes)
        table = Int(clamping: try reader.integer(UInt64.self))
        first = Int(try reader.integer(UInt32.self))
        rest = Int(try reader.integer(UInt32.self))
        bit = try reader.integer()
        isInternal = try reader.boolean()
        guard let owner = MetricOwner(rawValue: try reader.integer(UInt8.self)) else {
            throw ByteReader.Mistake()
        }
        self.owner = owner
        isKept = try reader.boolean()
        definition = try MetricDefinition(bytes: reader.rest)
    }
}
