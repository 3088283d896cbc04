import Bytes
import TelemetryMetrics

/// What is wrong with names, as far as the validation of names says.
enum NameMistake {
    /// Why `text` can't be a metric name, or nil if it can.
    static func of(metricName text: String, _ names: NameValidation) -> String? {
        guard !text.isEmpty else { return "a metric name can't be empty" }
        guard names.isMetricName(text) else {
            guard names == .legacy else { return escaped(text) }
            return
                "\(text.quoted) is not a metric name: it may hold letters, digits, _ and :, and begin with no digit"
        }
        return nil
    }

    /// Why `text` can't be a label name, or nil if it can.
    static func of(labelName text: String, _ names: NameValidation) -> String? {
        guard !text.isEmpty else { return "a label name can't be empty" }
        guard !text.hasPrefix("__") else { return "\(text.quoted) begins with __, which Prometheus reserves" }
        guard names.isLabelName(text) else {
            guard names == .legacy else { return escaped(text) }
            return
                "\(text.quoted) is not a label name: it may hold letters, digits and _, and begin with no digit"
        }
        guard text != LabelNames.overflow else {
            return "\(text.quoted) is reserved for the overflow series"
        }
        return nil
    }

    /// Why `text` can't be a dotted metric name, or nil if it can.
    static func of(dottedName text: String, _ names: NameValidation) -> String? {
        guard !text.isEmpty else { return "a metric name can't be empty" }
        guard text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else {
            return "\(text.quoted) has an empty segment"
        }
        guard names == .legacy else { return of(metricName: text, names) }
        guard isName(String(text.map { $0 == "." ? "_" : $0 }), colons: false) else {
            return "\(text.quoted) is not a metric name: its segments may hold letters, digits and _, "
                + "and it begins with no digit"
        }
        return nil
    }

    private static func escaped(_ text: String) -> String {
        "\(text.quoted) begins with U__, which names have that a server wants escaped"
    }

    /// Why `text` can't be an event's name, or nil if it can.
    static func of(eventName text: String) -> String? {
        guard !text.isEmpty else { return "an event name can't be empty" }
        guard text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else {
            return "\(text.quoted) has an empty segment"
        }
        guard text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x5f || $0 == 0x2d || $0 == 0x2e })
        else {
            return "\(text.quoted) is not an event name: its segments may hold letters, digits, _ and -"
        }
        return nil
    }

    /// Why one of the exposed `names` belongs to Prometheus or the service, or nil if none does.
    static func of(exposedNames names: [String]) -> String? {
        for name in names {
            guard let owner = ReservedNames.owner(of: name) else { continue }
            return "it would be exposed as \(name.quoted); \(sentence(owner))"
        }
        return nil
    }

    /// Why no exposed name can begin with `prefix`, or nil if some can.
    static func of(prefix: String) -> String? {
        // What follows makes another name of one that is reserved as a whole.
        ReservedNames.owner(of: "\(prefix)x").map { "\(prefix.quoted) is not free; \(sentence($0))" }
    }

    private static func sentence(_ owner: ReservedNames.Owner) -> String {
        switch owner {
        case .prometheus:
            "up, ALERTS, ALERTS_FOR_STATE and scrape_ are for what Prometheus itself says"
        case .page:
            "heliograph_, process_, swift_runtime_ and target_info are for the service's own metrics"
        }
    }

    private static func isName(_ text: String, colons: Bool) -> Bool {
        text.utf8.first?.isDigit == false
            && text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x5f || (colons && $0 == 0x3a) }
    }
}
