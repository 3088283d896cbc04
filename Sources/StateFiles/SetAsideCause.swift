package import Arena

/// Why a state is kept for a look and not used.
package enum SetAsideCause: String, Sendable, CaseIterable {
    /// It is no state.
    case foreign
    /// It has a layout of another version.
    case unknownLayout = "unknown_layout"
    /// Its header is damaged.
    case damaged
    /// A part of it is missing.
    case truncated
    /// It can't be read.
    case unreadable
    /// It belongs to another history than what the process goes on with.
    case otherHistory = "other_history"
    /// Three processes in a row went on with it and ended before they had applied an input or answered a scrape.
    case crashLoop = "crash_loop"

    /// The cause of a refusal.
    package init(_ refusal: ForeignArena.Refusal) {
        self =
            switch refusal {
            case .notAnArena: .foreign
            case .unknownLayout: .unknownLayout
            case .damagedHeader: .damaged
            case .truncated: .truncated
            }
    }
}

/// A state that can't be used.
struct UnusableState: Error {
    let cause: SetAsideCause
    let reason: String
}
