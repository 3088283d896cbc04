import Bytes

/// Which names metrics and labels may have.
///
/// The first is what Prometheus calls `legacy`, the second `utf8`.
public enum NameValidation: String, Sendable, Equatable, CaseIterable {
    /// Letters, digits, `_` and, in names of metrics, `:`; no digit comes first. Other characters of a sender's names become `_`.
    case legacy
    /// Any text, as `http.server.request.duration`, but the empty one and what begins with `U__`, the mark of escaped names.
    ///
    /// A server that does not take such names gets them escaped. Two metrics whose names are the same with `_` for what `legacy` does
    /// not have can't be on one page, and nor can two such labels in one series.
    case utf8

    /// Whether `name` can name a metric.
    package func isMetricName(_ name: some StringProtocol) -> Bool {
        PrometheusName.isMetricName(name) && !isEscaped(name) || self == .utf8 && isText(name)
    }

    /// Whether `name` can name a label; names that begin with `__` are Prometheus' own.
    package func isLabelName(_ name: some StringProtocol) -> Bool {
        PrometheusName.isLabelName(name) && !isEscaped(name)
            || self == .utf8 && isText(name) && !name.hasPrefix("__")
    }

    private func isText(_ name: some StringProtocol) -> Bool { !name.isEmpty && !isEscaped(name) }

    /// Whether it could be the escaped name of another metric or label of the page, as only one with UTF-8 names has some.
    private func isEscaped(_ name: some StringProtocol) -> Bool {
        self == .utf8 && name.utf8.starts(with: PrometheusName.escapedMark)
    }

    /// What `text`, a sender's, is called as a metric, or as a label where `isLabel`.
    package func name(_ text: String, isLabel: Bool = false) -> String {
        guard self == .utf8 else { return PrometheusName.sanitised(text, isLabel: isLabel) }
        return text.isEmpty || isEscaped(text) ? "_" + text : text
    }

    /// The name with its unit, then `_total` where it is cumulative, neither of them twice; in `legacy` with `_` for dots.
    ///
    /// `unitSuffix` comes without its underscore, such as `seconds`.
    package func exposed(_ dotted: String, unitSuffix: String?, isCumulative: Bool) -> String {
        guard self == .legacy else {
            return PrometheusName.suffixed(dotted, unitSuffix: unitSuffix, isCumulative: isCumulative)
        }
        // By bytes: names from a wire are long, and characters of strings are slow.
        let name = String(
            decoding: dotted.utf8.map { $0 == UInt8(ascii: ".") ? .underscore : $0 }, as: UTF8.self)
        return PrometheusName.suffixed(name, unitSuffix: unitSuffix, isCumulative: isCumulative)
    }

    /// Appends what the bytes in `range`, UTF-8 of a sender, are called as a label.
    package func appendLabelName(_ text: RawSpan, in range: Range<Int>, to names: inout [UInt8]) {
        guard self == .utf8 else {
            return PrometheusName.appendSanitised(text, in: range, isLabel: true, to: &names)
        }
        let start = names.count
        text.append(range, to: &names)
        if range.isEmpty || names[start...].starts(with: PrometheusName.escapedMark) {
            names.insert(.underscore, at: start)
        }
    }
}
