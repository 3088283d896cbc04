import Synchronization

/// A bounded count of what is in flight, such as the requests of one route; shared by all threads.
package final class Places: Sendable {
    let limit: Int
    private let taken = Atomic(0)

    /// Room for `limit` at once.
    package init(_ limit: Int) {
        self.limit = limit
    }

    /// How many are in flight.
    package var count: Int { taken.load(ordering: .relaxed) }

    /// Takes a place until it is given back; nil where all are taken.
    func enter() -> Place? {
        // Relaxed: nothing but the count is shared. It never passes the limit, or one that is refused could refuse another.
        var count = taken.load(ordering: .relaxed)
        while count < limit {
            let (isTaken, found) = taken.weakCompareExchange(
                expected: count, desired: count + 1, ordering: .relaxed)
            if isTaken { return Place(self) }
            count = found
        }
        return nil
    }

    fileprivate func leave() {
        taken.wrappingSubtract(1, ordering: .relaxed)
    }
}

/// One of `Places`, given back at the latest with the last reference to it.
final class Place: Sendable {
    private let places: Places
    private let isGivenBack = Atomic(false)

    fileprivate init(_ places: Places) {
        self.places = places
    }

    deinit {
        giveBack()
    }

    /// Gives it back; further calls do nothing.
    func giveBack() {
        if !isGivenBack.exchange(true, ordering: .relaxed) { places.leave() }
    }
}
