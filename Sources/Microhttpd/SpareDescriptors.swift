import Linux

/// Descriptors held back for the time when the process has no others: one given up is one that can be accepted.
///
/// Used by the accepting thread alone.
struct SpareDescriptors {
    private final class Spare {
        let descriptor: Descriptor

        init(_ descriptor: consuming Descriptor) {
            self.descriptor = descriptor
        }
    }

    private let source: WakeUp
    private let wanted: Int
    private var spares: [Spare] = []

    /// Duplicates a descriptor that stays open; which one doesn't matter.
    init(of source: WakeUp, count: Int) {
        self.source = source
        wanted = count
        refill()
    }

    var count: Int { spares.count }

    /// Gives one up; false if there is none.
    mutating func release() -> Bool { spares.popLast() != nil }

    /// Takes back as many as the process has to give.
    mutating func refill() {
        while spares.count < wanted, let copy = Descriptor.duplicate(of: source.descriptor.rawValue) {
            spares.append(Spare(copy))
        }
    }
}
