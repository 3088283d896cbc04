/// Refuses characters that YAML lacks, and texts for which libyaml needs quadratic time.
struct CharacterScreen {
    private var line = 1
    private var column = 1
    private var last: Unicode.Scalar?
    private var blanks = 0
    private var directives = 0
    private var mistakes: [YAMLMistake] = []

    /// What is wrong in `text`, in order.
    static func mistakes(in text: String) -> [YAMLMistake] {
        var screen = CharacterScreen()
        for scalar in text.unicodeScalars where screen.mistakes.count < YAMLLimits.mistakes {
            screen.take(scalar)
        }
        return screen.mistakes
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        if !scalar.isAllowedInYAML { refuse(.character(scalar.value)) }
        countBlanks(scalar)
        if scalar == "%", column == 1 { countDirectives() }
        if scalar == "\n", last == "\r" {
            // The carriage return before has begun this line.
        } else if scalar.isLineBreak {
            line += 1
            column = 1
        } else {
            column += 1
        }
        last = scalar
    }

    private mutating func countBlanks(_ scalar: Unicode.Scalar) {
        blanks = scalar.isLineBreak || scalar == " " || scalar == "\t" ? blanks + 1 : 0
        if blanks == YAMLLimits.blanks + 1 { refuse(.tooManyBlanks(limit: YAMLLimits.blanks)) }
    }

    private mutating func countDirectives() {
        directives += 1
        if directives == YAMLLimits.directives + 1 {
            refuse(.tooManyDirectives(limit: YAMLLimits.directives))
        }
    }

    private mutating func refuse(_ reason: YAMLMistake.Reason) {
        mistakes.append(YAMLMistake(mark: YAMLMark(line: line, column: column), reason: reason))
    }
}

extension Unicode.Scalar {
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
