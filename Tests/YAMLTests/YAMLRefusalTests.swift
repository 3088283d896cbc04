import Testing

@testable import YAML

@Suite(.timeLimit(.minutes(5)))
struct YAMLRefusalTests {
    private func reasons(_ text: String) -> [YAMLMistake] {
        do {
            _ = try YAMLDocument(parsing: text)
            return []
        } catch {
            return error.mistakes
        }
    }

    private func mistake(_ line: Int, _ column: Int, _ reason: YAMLMistake.Reason) -> YAMLMistake {
        YAMLMistake(mark: YAMLMark(line: line, column: column), reason: reason)
    }

    @Test(arguments: [
        "a: b & c *d !e", "a: \"&b *c\"", "a: '*b '' &c'", "a: \"\\\" *b\"", "a: b # &c *d", "# *a",
        "%YAML 1.1\n---\na: b",
        "a: |\n  *b\n  &c\n\n  !d\ne: f", "a: >-\n    x\n     *y\nb: c", "- a: |\n    *b\n  c: d",
        "- |\n *a\n- b",
        "a: [b*, c&d, \"*e\"]", "a: -1\nb: ?x\nc: :*d", "a:\n  |\n  *b\n", "a: b*c:*d",
    ])
    func takesIndicatorsInsideTexts(text: String) {
        #expect(reasons(text) == [])
    }

    @Test(arguments: [
        ("*a", 1, 1), ("a: *b", 1, 4), ("- *b", 1, 3), ("[a, *b]", 1, 5), ("[*b]", 1, 2), ("{a: *b}", 1, 5),
        ("{\"a\":*b}", 1, 6), ("? *b", 1, 3), ("a: b\nc: *d", 2, 4), ("a: |\n  b\nc: *d", 3, 4),
        ("a:\r\n- *b", 2, 3),
        ("- - *a", 1, 5), ("'a': *b", 1, 6), ("a: # b\n  *c", 2, 3),
        ("# b\u{85}*c", 2, 1),
        ("a: \"\n\" \nb: *c", 3, 4), ("é: *b", 1, 4),
    ])
    func findsAliases(text: String, line: Int, column: Int) {
        #expect(reasons(text) == [mistake(line, column, .alias)])
    }

    @Test(arguments: [
        ("&a b", 1, 1, YAMLMistake.Reason.anchor), ("a: &a\n  b: c", 1, 4, .anchor),
        ("a: &a [b]", 1, 4, .anchor),
        ("a: &* b", 1, 4, .anchor),
        ("!a b", 1, 1, .tag), ("!!binary x", 1, 1, .tag), ("a: ! b", 1, 4, .tag), ("é: !a!b c", 1, 4, .tag),
        ("a: !<b c", 1, 4, .tag), ("a: !!seq [b]", 1, 4, .tag), ("a: !!map {b: c}", 1, 4, .tag),
    ])
    func findsAnchorsAndTags(text: String, line: Int, column: Int, reason: YAMLMistake.Reason) {
        #expect(reasons(text) == [mistake(line, column, reason)])
    }

    @Test func goesOnAfterNamesThatLibyamlDoesNotTake() {
        let text = "a: *.requests\né: [*, &x b, *c]\nd: !a!b *\ne: *.x"
        #expect(
            reasons(text) == [
                mistake(1, 4, .alias), mistake(2, 5, .alias), mistake(2, 8, .anchor), mistake(2, 14, .alias),
                mistake(3, 4, .tag), mistake(3, 9, .alias), mistake(4, 4, .alias),
            ])
    }

    @Test func findsWhatPrecedesAnotherMistake() {
        let found = reasons("a: &b c\nd: [")
        #expect(found.map(\.mark.line) == [1, 3])
        #expect(found.first?.reason == .anchor)
    }

    @Test func countsCoveredIndicatorsOnly() {
        let found = reasons(String(repeating: "- *.a\n", count: 1000))
        #expect(found == (1...YAMLLimits.coverings + 1).map { mistake($0, 3, .alias) })
    }

    @Test(arguments: [
        ("a: b\u{0}c", 1, 5, 0), ("a: b\u{feff}", 1, 5, 0xfeff), ("\n\r\n\r\u{85}é\u{7f}", 5, 2, 0x7f),
        ("\u{feff}\u{1b}", 1, 1, 0x1b), ("a: \u{fffe}", 1, 4, 0xfffe),
    ])
    func placesCharactersThatYAMLLacks(text: String, line: Int, column: Int, value: UInt32) {
        #expect(reasons(text) == [mistake(line, column, .character(value))])
    }

    @Test func placesASecondDocument() {
        #expect(reasons("a: 1\n---\nb: 2") == [mistake(2, 1, .secondDocument)])
        #expect(reasons("a: 1\n...\n") == [])
    }

    @Test(arguments: ["a:\n\tb: 1", "a:\n  \t- b\n"])
    func namesATab(text: String) {
        #expect(reasons(text).map(\.reason) == [.tab])
    }

    @Test func takesNestingUpToTheLimit() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(reasons(nested(32)) == [])
        #expect(reasons(nested(33)) == [mistake(1, 33, .tooDeep(limit: 32))])
        #expect(reasons("[\(nested(31)), \(nested(31)), \(nested(31))]") == [])
    }

    @Test func takesBlanksAndDirectivesUpToTheLimit() {
        #expect(reasons("a:" + String(repeating: " \n", count: 2048) + "#") == [])
        #expect(
            reasons("a:" + String(repeating: " \n", count: 2048) + " b")
                == [mistake(2049, 1, .tooManyBlanks(limit: 4096))])
        let directives = (1...17).map { "%TAG !a\($0)! b\n" }
        #expect(reasons(directives.dropLast().joined() + "---\na") == [])
        #expect(reasons(directives.joined() + "---\na") == [mistake(17, 1, .tooManyDirectives(limit: 16))])
    }
}
