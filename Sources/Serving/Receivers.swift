import Arena
import Linux
import Logging
import TelemetryMetrics

/// Makes the receivers of a service's listeners; those of a predecessor's datagrams that it did not apply come first.
struct Receivers {
    private let store: MetricStore
    private var left: [String: UnappliedDatagrams]
    private var numbers: [String: Int] = [:]
    private let logger = Logger(label: "heliograph.ingest")

    init(_ store: MetricStore, after predecessor: ForeignArena?) {
        self.store = store
        left = predecessor?.unappliedDatagrams() ?? [:]
    }

    /// The receiver of the next listener of that kind; nil, said in the log, where there is no memory.
    mutating func make(_ kind: String) -> Receiver? {
        let number = numbers[kind, default: 0]
        numbers[kind] = number + 1
        let name = "\(kind)-\(number)"
        do {
            return try Receiver(name, in: store.arena, goingOnWith: left.removeValue(forKey: name))
        } catch {
            logger.warning(
                "Datagrams in work will not outlive this process", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// Says which datagrams have no listener any more; they are lost.
    func reportLost() {
        for (name, left) in left where !left.datagrams.isEmpty {
            logger.warning(
                "Datagrams that the process before had not applied are lost, as nothing listens for them",
                metadata: ["listener": "\(name)", "datagrams": "\(left.datagrams.count)"])
        }
    }
}
