/// The handler caches of all labels, for the threads of one shard.
///
/// Not thread-safe; its owner locks.
struct HandlerCaches<Handler: BridgedHandler> {
    private var caches: [HandlerCache<Handler>] = []
    private var places: [String: Int] = [:]
    /// The place of the label of some length that was found last.
    private var recent = [Int](repeating: -1, count: 32)

    /// Looks for an idle handler of the series of label and dimensions; nil for a new label.
    mutating func lookup(_ label: String, _ dimensions: [(String, String)]) -> HandlerCache<Handler>.Lookup? {
        let place = place(of: label)
        return place >= 0 ? caches[place].lookup(dimensions) : nil
    }

    /// -1 where there is none.
    private mutating func place(of label: String) -> Int {
        let length = label.utf8.count & 31
        let likely = recent[length]
        if likely >= 0, caches[likely].metric.label == label { return likely }
        guard let place = places[label] else { return -1 }
        recent[length] = place
        return place
    }

    /// Adds a label, unless it is there.
    mutating func add(_ metric: BridgedMetric) {
        guard places[metric.label] == nil else { return }
        places[metric.label] = caches.count
        caches.append(HandlerCache(of: metric))
    }

    /// Inserts a handler of that label, and returns those that it displaced, to be let go outside the lock.
    mutating func insert(_ handler: Handler, of label: String) -> [Handler] {
        let place = place(of: label)
        return place >= 0 ? caches[place].insert(handler) : []
    }

    /// Removes and returns the handlers of a series that have ended or are idle.
    mutating func removeUnused(_ key: SeriesKey, of label: String) -> [Handler] {
        let place = place(of: label)
        return place >= 0 ? caches[place].removeUnused(key) : []
    }
}
