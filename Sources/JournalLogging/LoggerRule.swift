import Logging

/// What the rules say of one logger, in one word, so that a reader sees all parts of one change.
struct LoggerRule {
    /// The number of the format above that of the level.
    let word: UInt16

    init(word: UInt16) { self.word = word }

    init(level: Logger.Level, format: JournalLogHandler.Format) {
        word = UInt16(format.number) << 8 | UInt16(RecordEncoder.number(of: level))
    }

    var formatNumber: UInt8 { UInt8(truncatingIfNeeded: word >> 8) }

    var level: Logger.Level {
        switch UInt8(truncatingIfNeeded: word) {
        case 0: .trace
        case 1: .debug
        case 2: .info
        case 3: .notice
        case 4: .warning
        case 5: .error
        default: .critical
        }
    }
}

extension JournalLogHandler.Format {
    /// Its place among all of them.
    var number: UInt8 {
        switch self {
        case .auto: 0
        case .console: 1
        case .json: 2
        case .logfmt: 3
        case .journal: 4
        }
    }
}
