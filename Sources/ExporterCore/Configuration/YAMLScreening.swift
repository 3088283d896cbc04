/// Looks through the text before the YAML parser does and refuses what no configuration needs: anchors, aliases and
/// tags (whose expansion can take exponential time), control characters, and deep nesting.
///
/// It follows YAML's quoting, comments and block texts only as far as it takes to tell an indicator from a text.
struct YAMLScreening {
    /// A place and a sentence.
    struct Finding: Equatable {
        var line: Int
        var column: Int
        var reason: String
    }

    /// The deepest column of a key or dash, and the deepest nesting of brackets.
    static let limits = (column: 64, brackets: 16)

    /// How many findings are reported; a file that isn't text at all would have a million.
    static let maximumFindings = 100

    private let text: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var column = 1
    private var brackets = 0
    /// The column of this line's last key or dash.
    private var blockColumn = 1
    private var isTooDeep = false
    private var findings: [Finding] = []

    /// What is refused in `text`, in order.
    static func findings(in text: String) -> [Finding] {
        var screening = YAMLScreening(text: Array(text.unicodeScalars))
        while screening.next != nil { screening.readToken() }
        return screening.findings
    }

    private init(text: [Unicode.Scalar]) {
        self.text = text
    }

    private var next: Unicode.Scalar? { index < text.count ? text[index] : nil }

    private func peek(_ distance: Int) -> Unicode.Scalar? {
        index + distance < text.count ? text[index + distance] : nil
    }

    private mutating func refuse(_ reason: String) {
        guard findings.count < Self.maximumFindings else { return }
        findings.append(Finding(line: line, column: column, reason: reason))
    }

    private mutating func advance() {
        guard let scalar = next else { return }
        if !scalar.isAllowedInYAML {
            let code = String(scalar.value, radix: 16, uppercase: true)
            refuse(
                "the character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) is not allowed"
            )
        }
        index += 1
        let breaksLine = scalar.isLineBreak && !(scalar == "\r" && next == "\n")
        line += breaksLine ? 1 : 0
        column = breaksLine ? 1 : column + 1
    }

    private mutating func skip(while condition: (Unicode.Scalar) -> Bool) {
        while let scalar = next, condition(scalar) { advance() }
    }

    private mutating func readToken() {
        switch next {
        case "#": skip { !$0.isLineBreak }
        case "%" where column == 1: skip { !$0.isLineBreak }
        case "\"": skipDoubleQuoted()
        case "'": skipSingleQuoted()
        case "&": refuseWord("anchors (&) are not allowed; quote a text that begins with &")
        case "*": refuseWord("aliases (*) are not allowed; quote a text that begins with *")
        case "!": refuseWord("tags (!) are not allowed; quote a text that begins with !")
        case "|" where brackets == 0, ">" where brackets == 0: skipBlockText()
        case "[", "{": open()
        case "]", "}":
            brackets = max(0, brackets - 1)
            advance()
        case "-" where isIndicator, "?" where isIndicator: enterBlock()
        case ",": advance()
        case ":" where isIndicator || brackets > 0: advance()
        case .some(let scalar) where scalar.isBlank || scalar.isLineBreak: advance()
        default: skipPlain()
        }
    }

    /// Whether the next character ends a token that it begins.
    private var isIndicator: Bool {
        peek(1).map { $0.isBlank || $0.isLineBreak } ?? true
    }

    private mutating func refuseWord(_ reason: String) {
        refuse(reason)
        skip { !$0.isBlank && !$0.isLineBreak && !",[]{}".unicodeScalars.contains($0) }
    }

    private mutating func open() {
        brackets += 1
        if brackets == Self.limits.brackets + 1 {
            refuse("more than \(Self.limits.brackets) brackets are open; nothing here nests that deeply")
        }
        advance()
    }

    private mutating func enterBlock() {
        blockColumn = column
        checkColumn(column)
        advance()
    }

    private mutating func checkColumn(_ column: Int) {
        guard brackets == 0, column > Self.limits.column, !isTooDeep else { return }
        isTooDeep = true
        refuse("a key or list item begins after column \(Self.limits.column); nothing here nests that deeply")
    }

    private mutating func skipDoubleQuoted() {
        let start = column
        advance()
        while let scalar = next, scalar != "\"" {
            if scalar == "\\" { advance() }
            advance()
        }
        advance()
        endKey(startingAt: start)
    }

    private mutating func skipSingleQuoted() {
        let start = column
        advance()
        while let scalar = next, scalar != "'" || peek(1) == "'" {
            if scalar == "'" { advance() }
            advance()
        }
        advance()
        endKey(startingAt: start)
    }

    private mutating func skipPlain() {
        let start = column
        var afterBlank = false
        while let scalar = next, !scalar.isLineBreak, !(scalar == "#" && afterBlank) {
            if scalar == ":" && isIndicator { break }
            if brackets > 0, ",[]{}".unicodeScalars.contains(scalar) { break }
            afterBlank = scalar.isBlank
            advance()
        }
        endKey(startingAt: start)
    }

    /// Remembers the column of a key that just ended.
    private mutating func endKey(startingAt start: Int) {
        guard next == ":", brackets == 0 else { return }
        blockColumn = start
        checkColumn(start)
    }

    /// Skips the header and the lines that are indented at least as far as the first, which is past the key.
    private mutating func skipBlockText() {
        let parent = blockColumn
        skip { !$0.isLineBreak }
        var indentation: Int?
        while next != nil {
            advance()
            let found = indentationOfLine()
            guard let found else {
                skip { $0.isBlank }
                continue
            }
            let needed = indentation ?? parent + 1
            guard found >= needed else { return }
            indentation = indentation ?? found
            skip { !$0.isLineBreak }
        }
    }

    /// The column of the first character that isn't a space, or nil in a blank line.
    private func indentationOfLine() -> Int? {
        var distance = 0
        while peek(distance) == " " { distance += 1 }
        guard let scalar = peek(distance), !scalar.isLineBreak else { return nil }
        return distance + 1
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool { self == " " || self == "\t" }

    fileprivate var isLineBreak: Bool {
        switch self {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// YAML 1.1's printable characters.
    fileprivate var isAllowedInYAML: Bool {
        switch value {
        case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd: true
        case 0x10000...0x10ffff: true
        default: false
        }
    }
}
