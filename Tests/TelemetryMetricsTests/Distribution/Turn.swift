import Synchronization
import TestKit

/// Lets threads do something one after the other, and count what they find.
final class Turn: Sendable {
    private let next = Atomic(0)
    private let noted = Atomic(0)

    var notes: Int { noted.load(ordering: .acquiring) }

    func note() { noted.wrappingAdd(1, ordering: .releasing) }

    /// Runs `body` when it is the turn of `number`, and passes the turn on to the next one.
    func take(_ number: Int, _ body: () -> Void) {
        spin { next.load(ordering: .acquiring) == number }
        body()
        next.wrappingAdd(1, ordering: .releasing)
    }
}
