/// Where the parts of a head lie in libmicrohttpd's memory, which tells how it came to them.
///
/// libmicrohttpd reads a head in place, and puts NULs where parts end. It takes a NUL that was sent for such an end, a bare LF
/// for CRLF, any number of spaces for one, and joins folded lines elsewhere. Each of that leaves a gap, or none where one
/// belongs. So nothing is read here but addresses. One thing can't be told from CRLF: a NUL before a bare LF.
struct HeadLayout {
    /// Where the next line has to begin.
    private var next: Int
    private var isGapless: Bool

    /// The addresses of the parts of a request line, with the method and the target as they were read.
    init(method: Int, methodCount: Int, target: Range<Int>, version: Int, versionCount: Int) {
        let space = 1
        isGapless = target.lowerBound == method + methodCount + space && version == target.upperBound + space
        next = version + versionCount + Self.lineEnd
    }

    /// Takes in the next field line.
    mutating func add(name: Int, nameCount: Int, value: Int, valueCount: Int) {
        // White space before a value is left out.
        isGapless = isGapless && name == next && value > name + nameCount
        next = value + valueCount + Self.lineEnd
    }

    /// Whether the lines are all that there is up to `end`, where the head ends with its empty line.
    func isWhole(endingAt end: Int) -> Bool { isGapless && next + Self.lineEnd == end }

    /// CRLF.
    private static let lineEnd = 2
}
