/// Keeps the samples of one label set together, their timestamps in order and their series unique.
struct SampleGroups {
    private var group: SeriesKey?
    private var timestamp: Double?
    private var finished: Set<SeriesKey> = []
    private(set) var series: Set<SeriesKey> = []
    /// Whether the sample added last began another label set or another point in time.
    private(set) var startsPoint = true

    private static let keptCapacity = 256

    /// Adds a sample or throws how it breaks its group.
    mutating func add(_ sample: ExpositionSample, of family: ExpositionFamily) throws(ExpositionFault) {
        let key = Self.key(of: sample, in: family)
        if key == group {
            try continueGroup(sample, of: family)
        } else {
            try startGroup(key, of: family)
        }
        group = key
        timestamp = sample.timestamp
        guard series.insert(SeriesKey(sample)).inserted || timestamp != nil else {
            throw .duplicateSeries(sample: sample.name)
        }
    }

    private mutating func startGroup(_ key: SeriesKey, of family: ExpositionFamily) throws(ExpositionFault) {
        if let group {
            finished.insert(group)
        }
        guard !finished.contains(key) else {
            throw .interruptedGroup(family: family.name)
        }
        // Clearing takes as long as the set was ever large: that of one large group must not make all others slow.
        series.removeAll(keepingCapacity: series.capacity <= Self.keptCapacity)
        startsPoint = true
    }

    private mutating func continueGroup(
        _ sample: ExpositionSample, of family: ExpositionFamily
    ) throws(ExpositionFault) {
        startsPoint = sample.timestamp != timestamp
        // The label sets of an info family can't be told apart from its labels, so they form one group.
        guard family.type != .info else { return }
        switch (timestamp, sample.timestamp) {
        case (nil, nil): break
        case (let before?, let now?):
            guard before <= now else { throw .timestampWentBack(family: family.name) }
        default: throw .mixedTimestamps(family: family.name)
        }
    }

    private static func key(of sample: ExpositionSample, in family: ExpositionFamily) -> SeriesKey {
        switch family.type {
        case .info: SeriesKey([])
        case .stateset: SeriesKey(sample.labels, without: family.name)
        case .summary where sample.name == family.name: SeriesKey(sample.labels, without: "quantile")
        case .histogram where sample.name.hasSuffix("_bucket"),
            .gaugehistogram where sample.name.hasSuffix("_bucket"):
            SeriesKey(sample.labels, without: "le")
        default: SeriesKey(sample.labels)
        }
    }
}
