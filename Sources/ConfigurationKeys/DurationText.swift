import Bytes

/// Durations as Prometheus writes them.
package enum DurationText {
    /// A hundred years, far below what overflows anything.
    package static let maximum = Duration.seconds(3_155_760_000)

    /// Each unit once, from large to small, in milliseconds.
    private static let units: [(name: String, milliseconds: Int)] = [
        ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Parses `10m`, `1h30m`, `500ms` or a number of seconds such as `0`, `30` and `0.5`.
    ///
    /// - Returns: nil if it is none of these, or longer than `maximum`.
    package static func parse(_ text: String) -> Duration? {
        guard text.utf8.first?.isDigit == true, let last = text.utf8.last else { return nil }
        guard let duration = last.isDigit ? seconds(text) : compound(text), duration <= maximum else {
            return nil
        }
        return duration
    }

    /// The shortest text of whole hours, minutes, seconds or milliseconds; finer than that it is not exact.
    package static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        guard milliseconds != 0,
            let unit = units.dropFirst(2).first(where: { milliseconds % $0.milliseconds == 0 })
        else { return "0" }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }

    private static func seconds(_ text: String) -> Duration? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = number(parts[0]) else { return nil }
        guard parts.count == 2 else { return .seconds(whole) }
        let digits = parts[1].utf8.count
        guard (1...9).contains(digits), let fraction = number(parts[1]) else { return nil }
        let nanoseconds = (digits..<9).reduce(fraction) { value, _ in value * 10 }
        return .seconds(whole) + .nanoseconds(nanoseconds)
    }

    private static func compound(_ text: String) -> Duration? {
        var rest = text[...]
        var allowed = units[...]
        var total = Duration.zero
        while !rest.isEmpty {
            let digits = rest.prefix { $0.utf8.allSatisfy(\.isDigit) }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !$0.utf8.allSatisfy(\.isDigit) }
            rest = rest.dropFirst(name.count)
            guard let value = number(digits), let index = allowed.firstIndex(where: { $0.name == name })
            else {
                return nil
            }
            total += .milliseconds(units[index].milliseconds) * value
            allowed = units[(index + 1)...]
        }
        return total
    }

    /// A number of at most twelve digits.
    private static func number(_ digits: Substring) -> Int? {
        guard (1...12).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit) else { return nil }
        return Int(digits)
    }
}
