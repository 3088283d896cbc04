/// The last failure of a child; an object, as most children have none.
final class PastFailure: Sendable {
    let failure: ChildFailure
    /// On the supervisor's clock.
    let instant: Duration

    init(_ failure: ChildFailure, at instant: Duration) {
        (self.failure, self.instant) = (failure, instant)
    }
}
