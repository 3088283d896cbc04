import Logging
import Synchronization

/// The rules that handlers keep to, which may be replaced at any time, from any thread.
///
/// A change tells each logger what is new for it, so that a logger finds its level by one load.
final class RulesInUse: Sendable {
    /// Those of the process.
    static let ofProcess = RulesInUse()

    private struct State {
        var rules: LogRules
        var loggers: [Told] = []
        /// How many there may be before those that have gone are removed.
        var room = 64
    }

    private struct Told {
        weak var logger: KnownLogger?
    }

    private let state: Mutex<State>

    init(_ rules: LogRules = LogRules()) { state = Mutex(State(rules: rules)) }

    var rules: LogRules {
        get { state.withLock(\.rules) }
        set { change { $0 = newValue } }
    }

    /// Changes the rules in one step; they are in force for all loggers when it returns.
    func change<Result: Sendable>(_ body: (inout LogRules) -> Result) -> Result {
        state.withLock { state in
            let result = body(&state.rules)
            for told in state.loggers { told.logger?.keep(to: state.rules) }
            return result
        }
    }

    /// Whether there is a logger that a rule with this key is for.
    func hasLogger(for key: String) -> Bool {
        let beginning = "\(key)."
        return state.withLock { state in
            state.loggers.contains { told in
                told.logger.map { $0.label == key || $0.label.hasPrefix(beginning) } ?? false
            }
        }
    }

    /// Tells the logger what the rules say of it, now and whenever they change.
    func register(_ logger: KnownLogger) {
        state.withLock { state in
            logger.keep(to: state.rules)
            if state.loggers.count == state.room {
                state.loggers.removeAll { $0.logger == nil }
                state.room = max(64, 2 * state.loggers.count)
            }
            state.loggers.append(Told(logger: logger))
        }
    }
}
