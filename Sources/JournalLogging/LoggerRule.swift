import Logging

/// What the rules of one generation say of one logger, in one word, so that a reader sees all parts of one change.
struct LoggerRule {
    /// The generation, the format, the level.
    let word: UInt64

    init(word: UInt64) { self.word = word }

    init(generation: UInt64, level: Logger.Level, format: JournalLogHandler.Format) {
        word = generation << 16 | UInt64(format.number) << 8 | UInt64(RecordEncoder.number(of: level))
    }

    var generation: UInt64 { word >> 16 }

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
