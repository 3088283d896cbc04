import Bytes
import TelemetryMetrics

/// Where a Pushgateway keeps a group: `/metrics/job/NAME/LABEL/VALUE…`.
///
/// A value that can't stand in a path is in URL-safe base64, as <https://github.com/prometheus/pushgateway#url> says.
struct PushPath {
    let text: String

    /// - Throws: for an empty job, and labels that can't be.
    init(job: String, _ grouping: [(label: String, value: String)]) throws(PushError) {
        guard !job.isEmpty else { throw PushError("A push needs a job: it is the first label of its group.") }
        var text = "/metrics" + Self.segment("job", job)
        var seen: Set = ["job"]
        for (label, value) in grouping {
            guard PrometheusName.isLabelName(label) else {
                throw PushError("The label \"\(label)\" of the group is malformed.")
            }
            guard seen.insert(label).inserted else {
                throw PushError("The label \"\(label)\" of the group is there twice.")
            }
            text += Self.segment(label, value)
        }
        self.text = text
    }

    private static func segment(_ label: String, _ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.utf8.allSatisfy { byte in
                byte.isLetter || byte.isDigit || "-_~".utf8.contains(byte)
            }
        // An empty one is a lone padding there.
        return isPlain ? "/\(label)/\(value)" : "/\(label)@base64/\(value.isEmpty ? "=" : base64(value))"
    }

    /// RFC 4648, section 5, without padding.
    private static func base64(_ value: String) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let bytes = Array(value.utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count { text.append(digits[bits >> (18 - 6 * place) & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
