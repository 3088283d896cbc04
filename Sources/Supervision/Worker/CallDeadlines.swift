/// When the calls of a worker time out.
///
/// Timers are set for the earliest deadline, and when one fires, for the earliest that is left; none is set where another one
/// fires by then. A call that is answered in time costs no timer of its own.
struct CallDeadlines {
    /// A call that was not answered yet, and what it fails with.
    struct Call {
        let reply: any PendingReply
        let deadline: Duration
        let error: WorkerError
    }

    private var calls: [Int: Call] = [:]
    private var lastNumber = 0
    /// What timers are set for, the earliest last: each was set because it is earlier than the others.
    private var wakes: [Duration] = []

    /// Returns the call's number, and whether a timer has to be set for its deadline.
    mutating func add(_ call: Call) -> (number: Int, needsTimer: Bool) {
        lastNumber += 1
        calls[lastNumber] = call
        return (lastNumber, needsTimer(for: call.deadline))
    }

    mutating func remove(_ number: Int) { calls[number] = nil }

    /// What the timer set for `moment` does: returns the calls that are out of time, and what to set a timer for next.
    mutating func fire(_ moment: Duration) -> (late: [Call], next: Duration?) {
        if let place = wakes.lastIndex(of: moment) { wakes.remove(at: place) }
        let late = calls.filter { $0.value.deadline <= moment }
        for number in late.keys { calls[number] = nil }
        let next = calls.values.map(\.deadline).min()
        return (Array(late.values), next.flatMap { needsTimer(for: $0) ? $0 : nil })
    }

    /// Notes that a timer is set for `deadline`, unless one fires by then.
    private mutating func needsTimer(for deadline: Duration) -> Bool {
        if let earliest = wakes.last, earliest <= deadline { return false }
        wakes.append(deadline)
        return true
    }
}
