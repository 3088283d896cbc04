/// A row of a foreign arena, in a copy of its block that nobody changes; valid until the call that gives it returns.
///
/// It is whole as far as its own sizes say: no access leaves it.
@safe
package struct ForeignRow {
    // The pointer leads to the copy that `ForeignRows` keeps for the length of a block.
    private let pointer: UnsafeRawPointer
    private let cellCount: Int
    private let textLength: Int
    /// Where it lies in its arena.
    package let offset: Int
    /// The cells of each thread that has a copy of the first ones.
    package let copies: [[UInt64]]

    @unsafe
    init(_ pointer: UnsafeRawPointer, offset: Int, cellCount: Int, textLength: Int, copies: [[UInt64]]) {
        unsafe self.pointer = unsafe pointer
        self.offset = offset
        self.cellCount = cellCount
        self.textLength = textLength
        self.copies = copies
    }

    /// As the table hashed the row when it was made.
    package var hash: UInt64 { word(at: about + Row.Layout.hash) }
    /// A bit for each metric that has a value.
    package var present: UInt64 { word(at: Row.Layout.present) }
    /// When it was made, on the clock of its owner.
    package var created: UInt64 { word(at: Row.Layout.created) }
    /// Since when it was not updated, where a sweep has found that.
    package var idleSince: UInt64? {
        let state = word(at: Row.Layout.state)
        return state == Row.State.live ? nil : state >> 2
    }

    /// Its own cell at `index`, which is one of the table's shape.
    package func cell(_ index: Int) -> UInt64 {
        precondition(0..<cellCount ~= index)
        return word(at: Row.Layout.cells &+ index &* 8)
    }

    /// Runs `body` with the label text, or what else the row is found by.
    package func withText<Result>(_ body: (borrowing RawSpan) -> Result) -> Result {
        let text = unsafe UnsafeRawBufferPointer(start: pointer + about + Row.Layout.text, count: textLength)
        return body(unsafe text.bytes)
    }

    private var about: Int { Row.Layout.cells &+ cellCount &* 8 }

    private func word(at offset: Int) -> UInt64 {
        unsafe pointer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
}

/// How the rows of a table lie.
package struct RowShape: Sendable, Equatable {
    /// Cells in a row.
    package let cellCount: Int
    /// How many of them, the first ones, a copy has.
    package let copied: Int
    /// How many copies a hot row has.
    package let copyCount: Int

    /// A shape; sizes that no table has make rows unreadable.
    package init(cellCount: Int, copied: Int, copyCount: Int) {
        self.cellCount = cellCount
        self.copied = copied
        self.copyCount = copyCount
    }

    var isPossible: Bool {
        0...1 << 16 ~= cellCount && 0...cellCount ~= copied && 0...1024 ~= copyCount
    }

    var copySize: Int { (copied * 8 + 127) & ~127 }
}
