import Linux

/// Decides whether all loops live: each must have answered since it was last asked.
struct HeartbeatCheck {
    private let loops: [any AnsweringLoop]
    private var before: [UInt64]?

    init(_ loops: [any AnsweringLoop]) { self.loops = loops }

    /// Whether all loops answered since the last call, which is so for the first one; asks all again.
    mutating func allAnswered() -> Bool {
        let answers = loops.map(\.answers)
        defer {
            self.before = answers
            for loop in loops { loop.ping() }
        }
        guard let before else { return true }
        return zip(answers, before).allSatisfy { $0 != $1 }
    }
}
