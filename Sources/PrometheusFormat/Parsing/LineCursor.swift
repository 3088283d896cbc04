/// A position within one line of a page that is known to be UTF-8.
struct LineCursor {
    private let page: [UInt8]
    private let start: Int
    private let end: Int
    private(set) var index: Int
    /// The line's number, from 1.
    let number: Int

    /// A cursor at the start of `range`, which leaves the newline out.
    init(page: [UInt8], range: Range<Int>, number: Int) {
        self.page = page
        start = range.lowerBound
        end = range.upperBound
        index = start
        self.number = number
    }

    /// The next byte, nil at the end of the line.
    var next: UInt8? {
        index < end ? page[index] : nil
    }

    /// The place just after the line.
    var endIndex: Int {
        end
    }

    /// What is left of the line.
    var rest: ArraySlice<UInt8> {
        page[index..<end]
    }

    /// The bytes of the whole line.
    var line: ArraySlice<UInt8> {
        page[start..<end]
    }

    /// Passes over the next byte if it is this one.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    /// Passes over spaces and tabs.
    mutating func skipBlanks() {
        while index < end, Self.isBlank(page[index]) {
            index += 1
        }
    }

    /// Takes the longest run of bytes that satisfy a condition.
    mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let first = index
        while index < end, condition(page[index]) {
            index += 1
        }
        return page[first..<index]
    }

    /// Takes everything up to a space, a tab or the end.
    mutating func takeToken() -> ArraySlice<UInt8> {
        take { !Self.isBlank($0) }
    }

    /// Takes a metric name, or throws what stands in its place.
    mutating func takeMetricName() throws(ExpositionError) -> String {
        guard let first = next, ExpositionName.startsMetric(first) else {
            throw expected("a metric name")
        }
        return String(decoding: take(while: ExpositionName.continuesMetric), as: UTF8.self)
    }

    /// Takes one byte or throws what stands in its place.
    mutating func require(_ byte: UInt8, _ what: String) throws(ExpositionError) {
        guard skip(byte) else {
            throw expected(what)
        }
    }

    /// The error that this isn't what stands here.
    func expected(_ what: String) -> ExpositionError {
        fault(.expected(what, found: found))
    }

    /// A fault at this place, or at another of the line.
    func fault(_ fault: ExpositionFault, at place: Int? = nil) -> ExpositionError {
        .malformed(fault, line: number, column: (place ?? index) - start + 1)
    }

    private var found: String {
        switch next {
        case nil: "the end of the line"
        case UInt8(ascii: " "): "a space"
        case UInt8(ascii: "\t"): "a tab"
        case UInt8(ascii: "\r"): "a carriage return"
        default: "“\(Evidence.shown(String(decoding: rest.prefix(4), as: UTF8.self).prefix(1).utf8))”"
        }
    }

    /// Whether the byte is a space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}

/// The words that make a comment metadata; UNIT only in OpenMetrics.
enum MetadataKeyword: String {
    case type = "TYPE"
    case help = "HELP"
    case unit = "UNIT"

    init?(_ word: ArraySlice<UInt8>) {
        guard word.count == 4 else { return nil }
        self.init(rawValue: String(decoding: word, as: UTF8.self))
    }
}
