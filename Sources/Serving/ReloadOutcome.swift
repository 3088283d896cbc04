import ConfigurationKeys
import ConfigurationFile
import TelemetryMetrics

/// What became of a reload of the configuration.
package enum ReloadOutcome: Sendable, Equatable {
    /// The new configuration is in use.
    case reloaded
    /// The old configuration stays in use; each mistake is one line, and there is at least one.
    case refused([String])

    /// The lines that are logged or sent of one reload, at most.
    static let shownMistakes = 50

    /// A refusal for `error`, with each of its mistakes.
    init(refusedFor error: any Error) {
        let mistakes: [String] =
            switch error {
            case let errors as ConfigurationErrors: errors.errors.map(\.description)
            case let errors as DefinitionErrors: errors.errors.map(\.description)
            case let errors as FlagErrors: errors.sentences
            default: ["\(error)"]
            }
        self = .refused(mistakes.isEmpty ? ["\(error)"] : mistakes)
    }

    /// The mistakes, of which many are only counted from some line on.
    var shown: [String] {
        guard case .refused(let mistakes) = self else { return [] }
        guard mistakes.count > Self.shownMistakes else { return mistakes }
        return mistakes.prefix(Self.shownMistakes - 1) + [
            "and \(mistakes.count - Self.shownMistakes + 1) more mistakes"
        ]
    }

    /// The text of `systemctl status`; nil where there is nothing wrong.
    var status: String? {
        guard case .refused(let mistakes) = self, let first = mistakes.first else { return nil }
        let count = mistakes.count == 1 ? "1 mistake: " : "\(mistakes.count) mistakes; first: "
        return "Configuration not reloaded: \(count)\(first)"
    }
}
