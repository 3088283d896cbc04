/// Makes a tree of the events of one text, and collects what it refuses on the way.
struct TreeBuilder: ~Copyable {
    /// Why building ended before the text did.
    enum Stop: Error {
        case reader(EventReaderError)
        case limit(YAMLMistake)
    }

    private var reader: EventReader
    private var depth = 0
    private var values = 0
    /// Anchors, aliases and tags so far.
    private(set) var mistakes: [YAMLMistake] = []

    init(_ bytes: [UInt8]) throws(EventReaderError) {
        reader = try EventReader(bytes)
    }

    /// The value of the only document; nil in a text of nothing but blanks and comments.
    mutating func document() throws(Stop) -> YAMLNode? {
        _ = try next()
        guard case .documentStart = try next().kind else { return nil }
        let root = try node(next())
        _ = try next()
        let after = try next()
        guard case .streamEnd = after.kind else {
            throw .limit(.init(mark: after.mark, reason: .secondDocument))
        }
        return root
    }

    private mutating func next() throws(Stop) -> YAMLEvent {
        do {
            return try reader.next()
        } catch {
            throw .reader(error)
        }
    }

    private mutating func node(_ event: YAMLEvent) throws(Stop) -> YAMLNode {
        try check(event)
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(content: .scalar(text, isPlain: isPlain), mark: event.mark)
        case .sequenceStart:
            return YAMLNode(content: .sequence(try elements(event.mark)), mark: event.mark)
        case .mappingStart:
            return YAMLNode(content: .mapping(try pairs(event.mark)), mark: event.mark)
        default:
            // An alias, which `check` has refused: nobody sees this tree.
            return YAMLNode(content: .scalar("", isPlain: true), mark: event.mark)
        }
    }

    private mutating func check(_ event: YAMLEvent) throws(Stop) {
        values += 1
        if values > YAMLLimits.values {
            throw .limit(YAMLMistake(mark: event.mark, reason: .tooManyValues(limit: YAMLLimits.values)))
        }
        if case .alias = event.kind { refuse(.alias, event.mark) }
        if event.hasAnchor { refuse(.anchor, event.mark) }
        if event.hasTag { refuse(.tag, event.mark) }
    }

    private mutating func refuse(_ reason: YAMLMistake.Reason, _ mark: YAMLMark) {
        guard mistakes.count < YAMLLimits.mistakes else { return }
        mistakes.append(YAMLMistake(mark: mark, reason: reason))
    }

    private mutating func descend(_ mark: YAMLMark) throws(Stop) {
        depth += 1
        if depth > YAMLLimits.depth {
            throw .limit(YAMLMistake(mark: mark, reason: .tooDeep(limit: YAMLLimits.depth)))
        }
    }

    private mutating func elements(_ mark: YAMLMark) throws(Stop) -> [YAMLNode] {
        try descend(mark)
        var elements: [YAMLNode] = []
        while let event = try nextInside() { elements.append(try node(event)) }
        return elements
    }

    private mutating func pairs(_ mark: YAMLMark) throws(Stop) -> [YAMLPair] {
        try descend(mark)
        var pairs: [YAMLPair] = []
        // By their bytes: canonical equivalence, which is a String's, would make keys equal that YAML tells apart.
        var lines: [[UInt8]: Int] = [:]
        while let event = try nextInside() {
            let key = try node(event)
            let value = try node(next())
            var firstLine: Int?
            if case .scalar(let text, _) = key.content {
                let bytes = Array(text.utf8)
                firstLine = lines[bytes]
                if firstLine == nil { lines[bytes] = key.mark.line }
            }
            pairs.append(YAMLPair(key: key, value: value, firstLine: firstLine))
        }
        return pairs
    }

    /// The next event within the collection that was opened last, or nil at its end.
    private mutating func nextInside() throws(Stop) -> YAMLEvent? {
        let event = try next()
        guard case .collectionEnd = event.kind else { return event }
        depth -= 1
        return nil
    }
}
