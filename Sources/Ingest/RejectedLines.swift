import Bytes
import Synchronization
import Telemetry
package import TelemetryMetrics

/// The last few lines of one source that were refused, by cause, so that their sender can be found.
///
/// Thread-safe. Of a flood it keeps a line of each cause every tenth of a second; the others cost two loads. A lock guards what is
/// kept; `whenKept` is called without it.
package final class RejectedLines: Sendable {
    /// What was refused, when, and why.
    package struct Line: Equatable, Sendable {
        /// The source, as in the label of the counters.
        package let source: String
        /// Why it was refused.
        package let cause: RejectionCause
        /// Its beginning in printable ASCII, which is harmless in a log and on a terminal.
        package let text: String
        /// When that was, since the Unix epoch.
        package let time: Duration
    }

    /// Lines that are kept for each cause.
    package static let keptLines = 8
    /// Bytes of a line that are kept.
    package static let keptBytes = 200
    /// Between two lines of a cause that are kept, in milliseconds.
    static let period: UInt64 = 100

    private let source: String
    private let clock: CoarseClock
    private let whenKept: @Sendable (Line) -> Void
    private let gates: [RejectionCause: Gate]
    private let kept = Mutex<[RejectionCause: [Line]]>([:])

    /// When the last line of a cause was kept, 0 for never.
    private final class Gate: Sendable {
        let last = Atomic<UInt64>(0)
    }

    /// Keeps the lines of `source`; each that it keeps goes to `whenKept` too, in the thread that refused it.
    package init(
        source: String, clock: CoarseClock = .system, whenKept: @escaping @Sendable (Line) -> Void = { _ in }
    ) {
        self.source = source
        self.clock = clock
        self.whenKept = whenKept
        gates = Dictionary(uniqueKeysWithValues: RejectionCause.allCases.map { ($0, Gate()) })
    }

    /// The lines that are kept, oldest first.
    package var lines: [Line] {
        kept.withLock { $0.values.joined() }.sorted { $0.time < $1.time }
    }

    /// Keeps the line that begins at `start` in `frame`, unless one with the same cause was kept just now.
    func note(_ cause: RejectionCause, _ frame: RawSpan, from start: Int) {
        guard let gate = gates[cause] else { return }
        let last = gate.last.load(ordering: .relaxed)
        let now = clock.milliseconds
        // A clock that went back is far from the last time too.
        guard last == 0 || now &- last >= Self.period else { return }
        guard gate.last.compareExchange(expected: last, desired: now, ordering: .relaxed).exchanged else {
            return
        }
        keep(
            Line(source: source, cause: cause, text: Self.shown(frame, from: start), time: SystemTime.now))
    }

    private func keep(_ line: Line) {
        kept.withLock { kept in
            var lines = kept[line.cause, default: []]
            if lines.count == Self.keptLines { lines.removeFirst() }
            lines.append(line)
            kept[line.cause] = lines
        }
        whenKept(line)
    }

    /// The line up to its newline, shortened; what is not printable ASCII is written as `\x1b`, a backslash as `\\`.
    static func shown(_ frame: RawSpan, from start: Int) -> String {
        let newline = frame.firstOffset(of: .newline, in: start..<frame.byteCount)
        var end = newline ?? frame.byteCount
        if end > start, frame[byte: end - 1] == .carriageReturn { end -= 1 }
        var text: [UInt8] = []
        for offset in start..<min(end, start + Self.keptBytes) { append(frame[byte: offset], to: &text) }
        if end > start + Self.keptBytes { text += Array("...".utf8) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\\"): text += [byte, byte]
        case UInt8(ascii: " ")...UInt8(ascii: "~"): text.append(byte)
        default:
            let digits = Array("0123456789abcdef".utf8)
            text += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
}
