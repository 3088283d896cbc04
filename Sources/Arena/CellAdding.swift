/// Neighbouring cells that the running thread adds to: at once, or by a plan that it carries out in a moment.
///
/// What records a value is written once, for both.
public protocol CellAdding {
    /// Whether only this thread writes them.
    var isThreadExclusive: Bool { get }
    /// Whether what is added is there only once a plan was carried out.
    var isPlanned: Bool { get }
    /// The cells without a plan, for what is no number to add to.
    var direct: Cells { get }
    /// The cells of a block as this one adds to its own.
    func cells(of block: Block, isThreadExclusive: Bool) -> Self
    /// Adds to the integer in the cell at `index`; wraps past 2^64.
    func add(_ value: UInt64, at index: Int)
    /// The same, and returns what it was.
    func exchangeAdd(_ value: UInt64, at index: Int) -> UInt64
    /// Adds to the sum in the cells at `index`; false, with nothing added, where it would not be finite.
    func add(_ value: Double, at index: Int, of row: Row) -> Bool
    /// The same; false also where the cells are not those that can decide it.
    func addDirectly(_ value: Double, at index: Int) -> Bool
    /// Sets the sum in a cell that only this thread writes.
    func set(_ sum: Double, at index: Int)
}

extension CellAdding {
    /// The cell at `index`.
    @inlinable
    @inline(__always)
    public func cell(_ index: Int) -> Cell { direct.cell(index) }

    /// See `Cells.sum(adding:at:)`.
    @inlinable
    @inline(__always)
    public func sum(adding value: Double, at index: Int) -> Double? { direct.sum(adding: value, at: index) }

    /// See `Cells.wouldTake(_:at:of:)`.
    @inlinable
    public func wouldTake(_ value: Double, at index: Int, of row: Row) -> Bool {
        direct.wouldTake(value, at: index, of: row)
    }
}

extension Cells: CellAdding {
    /// At once.
    @inlinable
    @inline(__always)
    public var isPlanned: Bool { false }

    /// These.
    @inlinable
    @inline(__always)
    public var direct: Cells { self }

    /// See `Block.cells(isThreadExclusive:)`.
    @inlinable
    @inline(__always)
    public func cells(of block: Block, isThreadExclusive: Bool) -> Cells {
        block.cells(isThreadExclusive: isThreadExclusive)
    }

    /// See `CellAdding`.
    @inlinable
    @inline(__always)
    public func set(_ sum: Double, at index: Int) { cell(index).double = sum }
}
