/// What is asked of a running service, as the line says it.
package enum ControlRequest: String, Sendable {
    /// To read its configuration again.
    case reload
    /// Where the memory of its series is.
    case state
    /// To leave its series to nobody.
    case reset
}

/// The protocol of the control socket: a line that asks, and lines that answer.
///
/// The first line of an answer is a word and the number of lines that follow, so that an answer that was cut off is told
/// from a whole one.
package enum ControlReply: Sendable, Equatable {
    /// What a reload ended with.
    case reload(ReloadOutcome)
    /// The file of the series' memory, to be opened by a process of the same user or of root.
    case state(path: String)
    /// All series begin anew at the next start.
    case forsaken
    /// The line asks for nothing that is known.
    case unknown

    /// The longest answer, in bytes.
    static let longest = 1 << 20

    /// The answer as it is sent.
    var bytes: [UInt8] {
        let (word, lines): (String, [String]) =
            switch self {
            case .reload(.reloaded): ("reloaded", [])
            case .reload(let outcome): ("refused", outcome.shown)
            case .state(let path): ("state", [path])
            case .forsaken: ("forsaken", [])
            case .unknown: ("unknown", [])
            }
        let text = ["\(word) \(lines.count)"] + lines.map(Self.line)
        return Array(text.joined(separator: "\n").utf8) + Array("\n".utf8)
    }

    /// Reads an answer; nil for one that is cut off or none.
    init?(_ bytes: [UInt8]) {
        var lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // Behind the last line feed there is nothing.
        guard lines.popLast()?.isEmpty == true, !lines.isEmpty else { return nil }
        let head = lines.removeFirst().split(separator: " ")
        guard head.count == 2, Int(head[1]) == lines.count else { return nil }
        switch head[0] {
        case "reloaded": self = .reload(.reloaded)
        case "refused": self = .reload(.refused(lines))
        case "state":
            guard lines.count == 1 else { return nil }
            self = .state(path: lines[0])
        case "forsaken": self = .forsaken
        case "unknown": self = .unknown
        default: return nil
        }
    }

    /// One line without control characters, which could end it or drive a terminal.
    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || 0x7f..<0xa0 ~= $0.value ? " " : $0 }))
    }
}
