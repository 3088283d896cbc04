import Bytes
import JournalLogging
import Logging
import Microhttpd

/// `PUT /-/log-level?logger=heliograph.control&level=debug`, until the next reload; `GET` says what is in use.
enum LogLevelRoute {
    /// What a stranger can have kept at most.
    fileprivate static let mostLevels = 100
    private static let longestLabel = 200

    private static let ownLabel = "heliograph.lifecycle"
    /// Whether it says something is decided here.
    private static let logger = {
        var logger = Logger(label: ownLabel)
        logger.logLevel = .notice
        return logger
    }()

    /// The routes; changes come by the methods of the other ones of a lifecycle.
    static func routes(changedBy methods: [Route.Method]) -> [Route] {
        methods.map { Route($0, path, handler: change) }
            + [Route(.get, path) { _ in .text(shown(JournalLogHandler.rules)) }]
    }

    private static let path = "/-/log-level"

    /// As the configuration has it.
    static func shown(_ rules: LogRules) -> String {
        let levels = rules.levels.sorted { $0.key < $1.key }.map { "  \($0.key.quoted): \($0.value)" }
        return (["level: \(rules.level)"] + (levels.isEmpty ? [] : ["levels:"]) + levels).joined(
            separator: "\n")
    }

    private static func change(_ request: Request) -> Response {
        guard let text = request.queryValues("level").last, let level = Logger.Level(rawValue: text) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            return refused("level needs one of \(known)")
        }
        let label = request.queryValues("logger").last ?? ""
        guard label.utf8.count <= longestLabel else {
            return refused("logger is longer than \(longestLabel) bytes")
        }
        let (before, after) = JournalLogHandler.changeRules { rules in
            let before = rules
            return (before, rules.put(level, of: label) ? rules : nil)
        }
        guard let after else {
            return refused("there are \(mostLevels) levels of loggers already; a reload forgets them")
        }
        if isTold(before, after) {
            logger.notice(
                "Log level changed",
                metadata: ["logger": "\(label)", "level": "\(level)", "client": "\(request.remoteAddress)"])
        }
        let isKnown = label.isEmpty || JournalLogHandler.hasLogger(named: label)
        return .text(shown(after) + (isKnown ? "" : "\n# No logger has this name yet: \(label.quoted)"))
    }

    /// Whether the log has a change: also where the rules before or behind it alone let it through, so that none hides itself.
    static func isTold(_ before: LogRules, _ after: LogRules) -> Bool {
        [before, after].contains { $0.level(of: ownLabel) <= .notice }
    }

    private static func refused(_ reason: String) -> Response {
        .text("400 Bad Request: \(reason)", status: 400)
    }
}

extension LogRules {
    /// Sets the level of a logger, or that of all others without a label; false where there are too many.
    mutating func put(_ level: Logger.Level, of label: String) -> Bool {
        guard !label.isEmpty else {
            self.level = level
            return true
        }
        guard levels[label] != nil || levels.count < LogLevelRoute.mostLevels else { return false }
        levels[label] = level
        return true
    }
}
