/// Results that nobody took yet, in the order of their tasks or of their arrival.
struct StreamResults<Element> {
    private let isOrdered: Bool
    private var arrived: [Int: Element] = [:]
    private var arrivals: [Int] = []
    private var started = 0
    private var taken = 0

    init(isOrdered: Bool) { self.isOrdered = isOrdered }

    /// How many tasks were started whose results were not taken.
    var open: Int { started - taken }

    /// The position of the task that is started next.
    mutating func nextPosition() -> Int {
        defer { started += 1 }
        return started
    }

    mutating func put(_ result: Element, at position: Int) {
        arrived[position] = result
        if !isOrdered { arrivals.append(position) }
    }

    mutating func take() -> Element? {
        guard isOrdered || !arrivals.isEmpty else { return nil }
        guard let result = arrived.removeValue(forKey: isOrdered ? taken : arrivals.removeFirst()) else {
            return nil
        }
        taken += 1
        return result
    }
}
