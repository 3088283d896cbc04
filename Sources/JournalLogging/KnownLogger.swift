import Synchronization

/// What all handlers of one label and target have in common.
final class KnownLogger: Sendable {
    let label: String
    let target: LogTarget

    init(label: String, target: LogTarget) {
        self.label = label
        self.target = target
    }
}

/// The loggers of a target by their labels; those in here live as long as the process.
///
/// A handler refers to one without counting references: swift-log copies the handler at each statement, also below the level.
final class KnownLoggers: Sendable {
    /// Labels past this number, as an application may make them for each connection, are not kept.
    private static let most = 1024

    private let target: LogTarget
    private let kept = Mutex<[String: KnownLogger]>([:])

    init(_ target: LogTarget) {
        self.target = target
    }

    /// The logger of a label, and whether it is kept.
    func logger(_ label: String) -> (logger: KnownLogger, isKept: Bool) {
        kept.withLock { kept in
            if let logger = kept[label] { return (logger, true) }
            let logger = KnownLogger(label: label, target: target)
            guard kept.count < Self.most else { return (logger, false) }
            kept[label] = logger
            return (logger, true)
        }
    }
}
