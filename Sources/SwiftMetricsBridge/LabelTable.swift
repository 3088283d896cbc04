import Synchronization
import TelemetryMetrics

/// The metrics of all labels of one kind, made when a label is first seen.
///
/// Thread-safe: one lock, held while a label is looked up.
final class LabelTable: Sendable {
    private let kind: BridgedKind
    private let store: MetricStore
    private let options: MetricsBridge.Options
    private let constantLabels: [String]
    private let targets = Mutex<[String: Target]>([:])

    private typealias Target = Result<BridgedMetric, BridgeRejection>

    init(_ kind: BridgedKind, store: MetricStore, options: MetricsBridge.Options) {
        self.kind = kind
        self.store = store
        self.options = options
        constantLabels = store.constantLabels.map(\.name)
    }

    /// The use of the series of label and dimensions, made where there is none.
    ///
    /// - Throws: why there can be none.
    func use(_ label: String, _ dimensions: [(String, String)]) throws(BridgeRejection) -> SeriesUse {
        try metric(label).use(dimensions)
    }

    private func metric(_ label: String) throws(BridgeRejection) -> BridgedMetric {
        let target = targets.withLock { targets -> Target in
            if let target = targets[label] { return target }
            guard targets.count < options.labelLimit else { return .failure(.labelLimit) }
            let target = makeTarget(label)
            targets[label] = target
            return target
        }
        return try target.get()
    }

    private func makeTarget(_ label: String) -> Target {
        guard !label.isEmpty else { return .failure(.badName) }
        do throws(DefinitionErrors) {
            let family = try store.register(kind.definition(of: label, options: options))
            return .success(BridgedMetric(family, constantLabels: constantLabels))
        } catch {
            return .failure(error.errors.contains { $0.isConflict } ? .nameConflict : .badName)
        }
    }
}
