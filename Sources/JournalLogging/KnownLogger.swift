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

/// The loggers of a target by their labels; they and those that are kept in here live as long as the process.
///
/// A handler refers to one without counting references: swift-log copies the handler at each statement, also below the level.
/// It may outlive whoever made it.
final class KnownLoggers: Sendable {
    /// Labels past this number, as an application may make them for each connection, are not kept.
    private static let most = 1024

    /// All that were ever made: one for each destination of the process.
    private static let all = Mutex<[KnownLoggers]>([])

    private let target: LogTarget
    private let kept = Mutex<[String: KnownLogger]>([:])

    private init(_ target: LogTarget) {
        self.target = target
    }

    /// The loggers of this target, which are made for it the first time.
    static func of(_ target: LogTarget) -> KnownLoggers {
        all.withLock { all in
            if let loggers = all.first(where: { $0.target == target }) { return loggers }
            all.append(KnownLoggers(target))
            return all[all.count - 1]
        }
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
