/// When the calls of a worker time out.
///
/// One timer serves all: it is set for the earliest deadline, and when it fires, for the earliest that is left. A call that
/// is answered in time costs no timer of its own.
struct CallDeadlines {
    /// A call that was not answered yet, and what it fails with.
    struct Call {
        let reply: any PendingReply
        let deadline: Duration
        let error: WorkerError
    }

    private var calls: [Int: Call] = [:]
    private var lastNumber = 0
    /// What the timer that counts is set for; an earlier one takes over.
    private var wake: Duration?

    /// Returns the call's number, and whether a timer has to be set for its deadline.
    mutating func add(_ call: Call) -> (number: Int, needsTimer: Bool) {
        lastNumber += 1
        calls[lastNumber] = call
        if let wake, wake <= call.deadline { return (lastNumber, false) }
        wake = call.deadline
        return (lastNumber, true)
    }

    mutating func remove(_ number: Int) { calls[number] = nil }

    /// What the timer set for `moment` does: returns the calls that are out of time, and what to set a timer for next.
    mutating func fire(_ moment: Duration) -> (late: [Call], next: Duration?) {
        guard moment == wake else { return ([], nil) }
        let late = calls.filter { $0.value.deadline <= moment }
        for number in late.keys { calls[number] = nil }
        wake = calls.values.map(\.deadline).min()
        return (Array(late.values), wake)
    }
}
