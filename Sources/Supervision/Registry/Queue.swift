/// First in, first out; both ends in constant time on average.
struct Queue<Element> {
    private(set) var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer { advance() }
        return elements[head].take()
    }

    /// The element at a place counted from the front; nil past the end.
    subscript(place: Int) -> Element? {
        place < count ? elements[head + place] : nil
    }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        elements = elements.filter { $0.map(isUnwanted) == false }
        head = 0
    }

    /// Gives back the space in front when it is half of all.
    private mutating func advance() {
        head += 1
        guard head * 2 >= elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }
}

extension Queue: Sendable where Element: Sendable {}
