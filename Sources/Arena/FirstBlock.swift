import Synchronization

/// Where the list of a table's blocks begins.
struct FirstBlock: ~Copyable, Sendable {
    private let place = Atomic<Int>(0)
    /// What tells a successor too.
    let record: Record?

    init(_ record: Record?) {
        self.record = record
    }

    /// The arena offset of the first block, 0 for none.
    var offset: Int { place.load(ordering: .sequentiallyConsistent) }

    func set(_ offset: Int) {
        place.store(offset, ordering: .sequentiallyConsistent)
        record?.word(0).publish(UInt64(offset))
    }
}
