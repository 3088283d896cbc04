import TelemetryMetrics

/// What a store should hold, in plain dictionaries: rows of label sets, which metrics of one table share.
struct StateModel {
    /// A series' value, as far as it adds up without rounding.
    struct Value: Equatable {
        var count = 0.0
        var sum = 0.0
        /// Of a gauge.
        var last = 0.0
        /// How often each value was observed, for the buckets.
        var seen: [Double: Int] = [:]
    }

    struct Row {
        /// Since when it was not updated, as sweeps find it; nil for one that was updated since the last.
        var idleSince: UInt64?
        let created: UInt64
        /// By the metric.
        var values: [String: Value] = [:]
    }

    final class Table {
        var rows: [[String]: Row] = [:]
        var limit = 0
        /// In milliseconds.
        var lifetime: UInt64?
    }

    struct Metric {
        var definition: MetricDefinition
        let table: Table
        var isUndefined = false
    }

    static let overflow = ["overflow"]

    /// By their names.
    var metrics: [String: Metric] = [:]

    /// Each table once, in the order of the names of its metrics.
    var tables: [Table] {
        var seen: Set<ObjectIdentifier> = []
        return metrics.sorted { $0.key < $1.key }.map(\.value.table).filter {
            seen.insert(ObjectIdentifier($0)).inserted
        }
    }

    func record(_ value: Double, in name: String, _ labels: [String], now: UInt64) {
        guard let metric = metrics[name] else { return }
        let table = metric.table
        let isFull = table.rows[labels] == nil && table.rows.count >= table.limit
        let place = isFull ? Self.overflow : labels
        var row = table.rows[place] ?? Row(created: now)
        row.idleSince = nil
        var series = row.values[name] ?? Value()
        series.count += 1
        series.sum += value
        series.last = value
        series.seen[value, default: 0] += 1
        row.values[name] = series
        table.rows[place] = row
    }

    mutating func sweep(now: UInt64) {
        for table in tables {
            guard let lifetime = table.lifetime else { continue }
            for (labels, row) in table.rows {
                guard let since = row.idleSince else {
                    table.rows[labels]?.idleSince = now
                    continue
                }
                if now - since >= lifetime { table.rows[labels] = nil }
            }
        }
        for (name, metric) in metrics where metric.isUndefined && metric.table.rows.isEmpty {
            metrics[name] = nil
        }
    }

    /// Puts the metrics of `groups` in the place of those that were defined, as a reload does.
    mutating func replace(with groups: [[MetricDefinition]]) {
        let wanted = Set(groups.joined().map(\.exposedName))
        for (name, metric) in metrics where !metric.isUndefined && !wanted.contains(name) {
            metrics[name] = nil
        }
        for group in groups {
            let fresh = Table()
            for definition in group {
                let known = metrics[definition.exposedName]
                let names = Set(definition.sampleNames)
                metrics = metrics.filter { name, metric in
                    name == definition.exposedName || !metric.isUndefined
                        || names.isDisjoint(with: metric.definition.sampleNames)
                }
                let isSame = known.map {
                    $0.definition.kind == definition.kind && $0.definition.labels == definition.labels
                }
                metrics[definition.exposedName] = Metric(
                    definition: definition, table: isSame == true ? known?.table ?? fresh : fresh)
            }
        }
        takeLimits(of: groups.joined().map(\.exposedName))
    }

    /// Has a process follow that defines `groups`, and shows what else there was.
    mutating func succeed(defining groups: [[MetricDefinition]], undefinedLifetime: UInt64) {
        let before = metrics.filter { $0.value.definition.persistence != .none }
        metrics = [:]
        for group in groups {
            let table = Table()
            var merged: Set<ObjectIdentifier> = []
            let heirs = group.filter { definition in
                let old = before[definition.exposedName]?.definition
                return definition.persistence != .none && old?.kind == definition.kind
                    && old?.labels == definition.labels
            }
            for heir in heirs {
                guard let old = before[heir.exposedName]?.table, merged.insert(ObjectIdentifier(old)).inserted
                else {
                    continue
                }
                let names = heirs.map(\.exposedName).filter { before[$0]?.table === old }
                for (labels, row) in old.rows { table.take(row, labels, names) }
            }
            for definition in group {
                metrics[definition.exposedName] = Metric(definition: definition, table: table)
            }
        }
        takeLimits(of: groups.joined().map(\.exposedName))
        var copies: [ObjectIdentifier: Table] = [:]
        let taken = Set(groups.joined().flatMap(\.sampleNames))
        let rest = before.filter { taken.isDisjoint(with: $0.value.definition.sampleNames) }
        for (name, metric) in rest {
            let place = ObjectIdentifier(metric.table)
            let table = copies[place] ?? Table()
            if copies[place] == nil {
                let names = rest.filter { $0.value.table === metric.table }.map(\.key)
                for (labels, row) in metric.table.rows { table.take(row, labels, names) }
                copies[place] = table
            }
            var definition = metric.definition
            definition.expiry = definition.expiry ?? .milliseconds(Int64(undefinedLifetime))
            metrics[name] = Metric(definition: definition, table: table, isUndefined: true)
        }
        takeLimits(of: rest.map(\.key))
    }

    /// Where metrics share their rows, the widest limits count.
    private func takeLimits(of names: [String]) {
        let limited = names.compactMap { metrics[$0] }
        for table in tables {
            let sharing = limited.filter { $0.table === table }.map(\.definition)
            guard !sharing.isEmpty else { continue }
            let expiries = sharing.map(\.expiry)
            table.limit = sharing.map(\.seriesLimit).max() ?? 1
            table.lifetime =
                expiries.contains(nil)
                ? nil : expiries.compactMap { $0.map { UInt64($0 / .milliseconds(1)) } }.max()
        }
    }
}

extension StateModel.Table {
    /// Takes what a row of another table has of these metrics.
    func take(_ row: StateModel.Row, _ labels: [String], _ names: [String]) {
        let values = row.values.filter { names.contains($0.key) }
        guard !values.isEmpty else { return }
        guard var known = rows[labels] else {
            rows[labels] = StateModel.Row(idleSince: row.idleSince, created: row.created, values: values)
            return
        }
        if row.idleSince == nil { known.idleSince = nil }
        known.values.merge(values) { $1 }
        rows[labels] = known
    }
}
