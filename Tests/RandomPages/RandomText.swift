import TestKit

/// Texts, numbers and choices that come back with their seed.
struct RandomText {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Up to six characters of any plane but for the zero byte, half of them such as text formats escape or separate by.
    mutating func short() -> String {
        var text = ""
        for _ in 0..<number(in: 0...6) { text.unicodeScalars.append(scalar()) }
        return text
    }

    /// The value of a label: now and then none, a huge one, or one with a character of each plane.
    mutating func labelValue() -> String {
        switch number(in: 0..<12) {
        case 0: ""
        case 1: (0..<4000).map { _ in String(scalar()) }.joined()
        case 2: ofEachPlane()
        case 3: #"quote " backslash \ newline "# + "\n\0" + #" both \n \" end \"#
        default: short()
        }
    }

    /// Beside what is plain, what numbers have limits at.
    mutating func value() -> Double {
        choice([
            0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
            .leastNormalMagnitude.nextDown, .greatestFiniteMagnitude / 1e10, 0x1p53 + 2, 0x1p53, 1e-7, -3,
            Double.random(in: -1e6...1e6, using: &random),
        ])
    }

    mutating func number(in range: Range<Int>) -> Int { .random(in: range, using: &random) }

    mutating func number(in range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }

    mutating func bool() -> Bool { .random(using: &random) }

    /// One of the choices, of which there is at least one.
    mutating func choice<Choice>(_ choices: [Choice]) -> Choice { choices[number(in: choices.indices)] }

    private mutating func ofEachPlane() -> String {
        var text = ""
        for plane in 0...16 {
            let scalar = Unicode.Scalar(UInt32(plane << 16 + number(in: 0xE000...0xFFFF)))
            text.unicodeScalars.append(scalar ?? " ")
        }
        return text
    }

    private mutating func scalar() -> Unicode.Scalar {
        if bool() { return choice(["\\", "\"", "\n", ".", "_", "\r", "{", "}", ",", "=", "#", " ", ":"]) }
        let range = choice([
            0x20...0x7E, 1...0x1F, 0x7F...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
        ])
        return Unicode.Scalar(UInt32(number(in: range))) ?? " "
    }
}
