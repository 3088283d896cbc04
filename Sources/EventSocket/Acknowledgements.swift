import Ingest
import TelemetryMetrics

/// What one connection is answered: up to which number a client's events have been dealt with, and how many of them were
/// rejected.
struct Acknowledgements {
    private struct Pending {
        let client: ClientName
        var last: UInt64
        var rejected = 0
        var cause: RejectionCause?
    }

    private var bytes: [UInt8] = []
    private var pending: Pending?

    /// Notes that everything of the client up to `last` has been dealt with; `cause` is that of a rejection.
    mutating func note(_ client: ClientName, upTo last: UInt64, rejected cause: RejectionCause?) {
        if pending?.client != client {
            write()
            pending = Pending(client: client, last: last)
        }
        pending?.last = last
        if let cause {
            pending?.rejected += 1
            pending?.cause = cause
        }
    }

    /// All lines since the last call: one for each row of events of one client.
    mutating func take() -> [UInt8] {
        write()
        defer { bytes.removeAll() }
        return bytes
    }

    private mutating func write() {
        guard let pending else { return }
        bytes += Array(#"{"ack":[""#.utf8) + pending.client.bytes + Array(#"",\#(pending.last)]"#.utf8)
        if let cause = pending.cause {
            bytes += Array(#","rejected":\#(pending.rejected),"error":"\#(cause.rawValue)""#.utf8)
        }
        bytes += Array("}\n".utf8)
        self.pending = nil
    }
}
