import Arena
import Bytes

/// The names of one kind of a source that a predecessor knew.
package struct InheritedNames: Sendable {
    /// Who made metrics of them.
    package let owner: MetricOwner
    /// The kind of samples, as their source numbers them.
    package let kind: UInt8
    private let arena: ForeignArena
    private let firstBlock: UInt64
    private let times: TimeTranslation

    /// A name.
    package struct Name: Sendable {
        /// As it was sent.
        package let text: [UInt8]
        /// As a table of the same seed hashes it.
        package let hash: UInt64
        /// Of two names, the one that was known earlier mostly has the lower one.
        package let number: UInt64
        /// When it was first seen, on the clock of that process.
        package let created: UInt64
        /// Since when it was not, on the clock of this one.
        package let idleSince: UInt64?
    }

    /// Nil for a record of something else.
    init?(_ record: ForeignRecord, in arena: ForeignArena, _ times: TimeTranslation) {
        guard record.kind == .names, record.payload.count == 2,
            let owner = MetricOwner(rawValue: record.payload[0]),
            let first = record.words.first
        else { return nil }
        self.owner = owner
        self.arena = arena
        self.times = times
        kind = record.payload[1]
        firstBlock = first
    }

    /// What stands in the record of a table of names.
    package static func record(of owner: MetricOwner, kind: UInt8) -> [UInt8] { [owner.rawValue, kind] }

    /// Calls `body` with each name that stood for a metric; how many could not be read is returned.
    package func forEach(_ body: (Name) -> Void) -> Int {
        // Names are never updated so often that they had copies.
        let rows = ForeignRows(arena, from: firstBlock, RowShape(cellCount: 1, copied: 0, copyCount: 0))
        return rows.forEach { row in
            guard row.present != 0 else { return }
            let text = row.withText { text in
                var bytes: [UInt8] = []
                text.append(0..<text.byteCount, to: &bytes)
                return bytes
            }
            body(
                Name(
                    text: text, hash: row.hash, number: row.cell(0), created: row.created,
                    idleSince: times.idleSince(row.idleSince, lifetime: nil)))
        }.count
    }
}
