import Logging
import Synchronization

/// The rules that handlers keep to, which may be replaced at any time, from any thread.
final class RulesInUse: Sendable {
    /// Those of the process.
    static let ofProcess = RulesInUse()

    /// One more with each change. It orders nothing: who sees another number takes the lock.
    fileprivate let generation = Atomic<UInt64>(1)
    private let state: Mutex<LogRules>

    init(_ rules: LogRules = LogRules()) { state = Mutex(rules) }

    var rules: LogRules {
        get { state.withLock(\.self) }
        set { change { $0 = newValue } }
    }

    /// Changes the rules in one step.
    func change<Result: Sendable>(_ body: (inout LogRules) -> Result) -> Result {
        state.withLock { rules in
            defer { generation.wrappingAdd(1, ordering: .relaxed) }
            return body(&rules)
        }
    }

    fileprivate func found(for label: String) -> LoggerRules.Known {
        state.withLock { rules in
            LoggerRules.Known(
                generation: generation.load(ordering: .relaxed), level: rules.level(of: label),
                format: rules.format(of: label))
        }
    }
}

/// What the rules in use say of one logger; copies of the logger share it.
///
/// Reading takes two loads, and the lock of the rules only after they changed.
final class LoggerRules: Sendable {
    /// In one word, so that a reader sees all parts of one change: the generation, the format, the level.
    fileprivate struct Known {
        let word: UInt64

        init(word: UInt64) { self.word = word }

        init(generation: UInt64, level: Logger.Level, format: JournalLogHandler.Format) {
            word = generation << 16 | UInt64(format.number) << 8 | UInt64(level.number)
        }

        var generation: UInt64 { word >> 16 }
        var format: JournalLogHandler.Format {
            JournalLogHandler.Format(number: UInt8(truncatingIfNeeded: word >> 8))
        }
        var level: Logger.Level { Logger.Level(number: UInt8(truncatingIfNeeded: word)) }
    }

    private let label: String
    private let inUse: RulesInUse
    /// Of generation 0 at first, which no rules are of.
    private let last = Atomic<UInt64>(0)

    init(label: String, inUse: RulesInUse) {
        self.label = label
        self.inUse = inUse
    }

    /// The least level of what the logger writes.
    var level: Logger.Level { known.level }

    /// The form of what the logger writes.
    var format: JournalLogHandler.Format { known.format }

    @inline(__always)
    private var known: Known {
        let last = Known(word: last.load(ordering: .relaxed))
        return last.generation == inUse.generation.load(ordering: .relaxed) ? last : found()
    }

    @inline(never)
    private func found() -> Known {
        let known = inUse.found(for: label)
        last.store(known.word, ordering: .relaxed)
        return known
    }
}

extension Logger.Level {
    /// From 0 for trace to 6.
    fileprivate var number: UInt8 {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }

    fileprivate init(number: UInt8) {
        switch number {
        case 0: self = .trace
        case 1: self = .debug
        case 2: self = .info
        case 3: self = .notice
        case 4: self = .warning
        case 5: self = .error
        default: self = .critical
        }
    }
}

extension JournalLogHandler.Format {
    /// Its place among all of them.
    var number: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

    fileprivate init(number: UInt8) { self = Self.allCases[Int(number)] }
}
