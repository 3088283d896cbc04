/// What the threads of one stripe need to make handlers: their labels, with the handlers that are kept.
///
/// Not thread-safe; its owner locks.
struct StripeHandlers<Handler: BridgedHandler> {
    private var labels: [KeptHandlers<Handler>] = []
    private var places: [String: Int] = [:]
    /// The place of the label of some length that was found last.
    private var recent = [Int](repeating: -1, count: 32)

    /// A handler of the series of label and dimensions that nobody has, or how to make one; nil for a new label.
    mutating func find(_ label: String, _ dimensions: [(String, String)]) -> KeptHandlers<Handler>.Finding? {
        let place = place(of: label)
        return place >= 0 ? labels[place].find(dimensions) : nil
    }

    /// -1 where there is none.
    private mutating func place(of label: String) -> Int {
        let length = label.utf8.count & 31
        let likely = recent[length]
        if likely >= 0, labels[likely].metric.label == label { return likely }
        guard let place = places[label] else { return -1 }
        recent[length] = place
        return place
    }

    /// Adds a label, unless it is there.
    mutating func add(_ metric: BridgedMetric) {
        guard places[metric.label] == nil else { return }
        places[metric.label] = labels.count
        labels.append(KeptHandlers(of: metric))
    }

    /// Keeps a handler of that label, and returns those that had to go for it, to be let go outside the lock.
    mutating func keep(_ handler: Handler, of label: String) -> [Handler] {
        let place = place(of: label)
        return place >= 0 ? labels[place].keep(handler) : []
    }

    /// Takes out the handlers of a series that ended or that nobody has.
    mutating func takeUnused(_ key: SeriesKey, of label: String) -> [Handler] {
        let place = place(of: label)
        return place >= 0 ? labels[place].takeUnused(key) : []
    }
}
