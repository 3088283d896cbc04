import Telemetry
package import TelemetryMetrics

/// Metrics of all kinds with random names, labels and values, and what pages of them must hold.
package struct RandomRegistry {
    /// Where the metrics are.
    package let store: MetricStore
    /// All of them.
    package private(set) var metrics: [RecordedMetric] = []
    private var random: RandomText

    /// When each series was made, in milliseconds since the Unix epoch.
    package static let time: UInt64 = 1_700_000_000_000

    /// Makes the same metrics for the same seed.
    package init(seed: UInt64) throws {
        random = RandomText(seed: seed)
        store = try MetricStore(
            constantLabels: seed.isMultiple(of: 3) ? [("k8s.\"pod\"", "a\\\n\"é")] : [], names: .utf8,
            clock: CoarseClock(fixedAt: Self.time))
        for number in 0..<3 {
            try addCounter("c\(number)")
            try addSum("t\(number)", isMonotonic: number.isMultiple(of: 2))
            try addGauge("g\(number)")
        }
        try addRoles()
        for (number, buckets) in makeBuckets().enumerated() {
            var definition = makeDefinition(.histogram, "h\(number)")
            definition.buckets = buckets
            try addObserved(definition)
        }
        var summary = makeDefinition(.summary, "s")
        summary.quantiles = [0, 0.07, 0.5, 0.99, 1]
        try addObserved(summary)
    }

    private mutating func makeDefinition(_ kind: MetricKind, _ start: String) -> MetricDefinition {
        let end = random.choice(["", "", "", "_seconds", ".seconds", "_bytes", ":rate"])
        let labels = (0..<random.number(in: 0...4)).map { "l\($0)" + random.short() }
        var definition = MetricDefinition(
            kind, name: start + random.short() + end, help: random.short(), labels: labels)
        // A name that ends in another unit is none.
        let isOther: (MetricUnit) -> Bool = { unit in
            [MetricUnit.seconds, .bytes].contains { $0 != unit && end.hasSuffix($0.suffix) }
        }
        definition.unit = random.choice([nil] + [.seconds, .bytes].filter { !isOther($0) })
        return definition
    }

    private mutating func makeBuckets() -> [Buckets] {
        let native = NativeBuckets(
            growthFactor: random.choice([1.01, 1.1, 4]), limit: random.choice([8, 160]),
            zeroThreshold: random.choice([0, 0x1p-128, 1e-6]))
        return [
            [-1, 0, 1e-300, 0.1, 1e18], [.leastNonzeroMagnitude, 1, 0x1p53], .native(native),
            Buckets([0.5, 1e6], native: native),
        ]
    }

    /// Registers the metric, and has `record` make up to five series of it.
    private mutating func add(
        _ definition: MetricDefinition,
        _ record: (Family, [String], inout RandomText) -> RecordedSeries.Recorded
    ) throws {
        let family = try store.register(definition)
        var metric = RecordedMetric(name: family.name, definition: definition)
        var taken: Set<[String]> = []
        for _ in 0..<random.number(in: 1...5) {
            let values = definition.labels.map { _ in random.labelValue() }
            guard taken.insert(values).inserted else { continue }
            metric.series.append(
                RecordedSeries(
                    labels: labels(definition.labels, values), recorded: record(family, values, &random)))
        }
        metrics.append(metric)
    }

    private func labels(_ names: [String], _ values: [String]) -> [RecordedSeries.Label] {
        store.constantLabels.map { .init(name: $0.name, value: $0.value) }
            + zip(names, values).map { .init(name: $0, value: $1) }
    }

    private mutating func addCounter(_ start: String) throws {
        try add(makeDefinition(.counter, start)) { family, values, random in
            let any = UInt64(random.number(in: 0..<1 << 40))
            let count = random.choice([0, 1, 1 << 53 + 1, any] as [UInt64])
            family.add(count, labels: values)
            return .whole(count)
        }
    }

    private mutating func addSum(_ start: String, isMonotonic: Bool) throws {
        var definition = makeDefinition(.sum, start)
        definition.isMonotonic = isMonotonic
        try add(definition) { family, values, random in
            var value = random.value()
            // A sum refuses what is not finite. It begins at 0, to which -0 adds nothing.
            if !value.isFinite || value == 0 { value = 0 }
            if isMonotonic { value = value.magnitude }
            family.handle(labels: values)?.record(value)
            return .value(value)
        }
    }

    private mutating func addGauge(_ start: String) throws {
        try add(makeDefinition(.gauge, start)) { family, values, random in
            let value = random.value()
            family.handle(labels: values)?.record(value)
            return .value(value)
        }
    }

    private mutating func addRoles() throws {
        var info = makeDefinition(.gauge, "i")
        info.name += "_info"
        info.role = .info
        info.unit = nil
        try add(info) { family, values, _ in
            family.replace(with: 1, labels: values)
            return .value(1)
        }
        var states = makeDefinition(.gauge, "e")
        states.labels = [states.name]
        states.role = .stateSet
        states.unit = nil
        var isFirst = true
        try add(states) { family, values, _ in
            let value: Double = isFirst ? 1 : 0
            isFirst = false
            family.replace(with: value, labels: values)
            return .value(value)
        }
    }

    /// Some of the observations are within a trace, which histograms keep as exemplars.
    private mutating func addObserved(_ definition: MetricDefinition) throws {
        try add(definition) { family, values, random in
            guard let series = family.handle(labels: values) else { return .observations([]) }
            // Half of the series have no negative ones, without which OpenMetrics shows all quantiles and sums.
            let isPositive = random.bool()
            var observations: [Double] = []
            for _ in 0..<random.number(in: 0...60) {
                let value = isPositive ? random.value().magnitude : random.value()
                let id = TraceID(high: UInt64(random.number(in: 1...9)), low: 1)
                let trace = random.bool() ? TraceContext(traceID: id, spanID: 1) : nil
                TraceContext.withCurrent(trace) { series.record(value) }
                if value.isFinite { observations.append(value) }
            }
            return .observations(observations)
        }
    }
}
