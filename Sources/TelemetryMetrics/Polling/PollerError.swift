/// What a `Poller` refuses, or ends with.
public enum PollerError: Error, Equatable, CustomStringConvertible {
    /// All that is wrong with the polls that it was given, in their order.
    case badPolls([PollMistake])
    /// It runs already.
    case alreadyRunning
    /// It was stopped, but these measurements did not end within their timeouts after they were cancelled.
    case hung([String])

    /// One line per mistake.
    public var description: String {
        switch self {
        case .badPolls(let mistakes): mistakes.map(\.description).joined(separator: "\n")
        case .alreadyRunning: "The poller runs already; use one of its own for every place."
        case .hung(let names):
            "These polls went on after they were cancelled, and were abandoned: "
                + names.joined(separator: ", ") + "."
        }
    }
}

/// What is wrong with one poll.
public struct PollMistake: Sendable, Equatable, CustomStringConvertible {
    /// The name of the poll.
    public let poll: String
    /// What is wrong.
    public let problem: Problem

    /// The kinds of mistakes.
    public enum Problem: Sendable, Equatable {
        /// A poll needs a name.
        case emptyName
        /// Another poll of the poller has the name.
        case duplicateName
        /// A period must be positive, and at most 100 years.
        case badPeriod(Duration)
        /// A timeout must be positive, and at most 100 years.
        case badTimeout(Duration)
        /// An offset must not be negative, and at most 100 years.
        case badOffset(Duration)
        /// The first wait must be positive, and the longest not below it and at most 100 years.
        case badBackoff(PollBackoff)
    }

    /// Names the poll and says what to change.
    public var description: String { "Poll \"\(poll)\": \(problem.sentence)" }
}

extension PollMistake.Problem {
    var sentence: String {
        switch self {
        case .emptyName: "a poll needs a name."
        case .duplicateName: "another poll has the same name."
        case .badPeriod(let period): "the period of \(period) is not above zero and at most 100 years."
        case .badTimeout(let timeout): "the timeout of \(timeout) is not above zero and at most 100 years."
        case .badOffset(let offset): "the offset of \(offset) is not from zero to 100 years."
        case .badBackoff(let backoff):
            "the backoff from \(backoff.initial) to \(backoff.maximum) is not above zero, ascending and at most "
                + "100 years."
        }
    }
}

extension Poll {
    /// What a clock can count to is not much more than twice as long.
    private static let longest = Duration.seconds(100 * 365 * 86_400)

    /// All that is wrong with `polls`, in their order.
    static func mistakes(in polls: [Poll]) -> [PollMistake] {
        var names: Set<String> = []
        return polls.flatMap { poll in
            var problems = poll.problems
            if !names.insert(poll.name).inserted { problems.insert(.duplicateName, at: 0) }
            return problems.map { PollMistake(poll: poll.name, problem: $0) }
        }
    }

    private var problems: [PollMistake.Problem] {
        var problems: [PollMistake.Problem] = []
        if name.isEmpty { problems.append(.emptyName) }
        if period <= .zero || period > Self.longest { problems.append(.badPeriod(period)) }
        if timeout <= .zero || timeout > Self.longest { problems.append(.badTimeout(timeout)) }
        if offset < .zero || offset > Self.longest { problems.append(.badOffset(offset)) }
        if backoff.initial <= .zero || backoff.maximum < backoff.initial || backoff.maximum > Self.longest {
            problems.append(.badBackoff(backoff))
        }
        return problems
    }
}
