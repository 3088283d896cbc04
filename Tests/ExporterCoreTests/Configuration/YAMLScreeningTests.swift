import Testing

@testable import ExporterCore

@Suite(.timeLimit(.minutes(5)))
struct YAMLScreeningTests {
    @Test(arguments: [
        "a: b & c *d !e", "a: \"&b *c\"", "a: '*b '' &c'", "a: \"\\\" *b\"", "a: b # &c *d", "# *a",
        "%YAML 1.1\n---\na: b",
        "a: |\n  *b\n  &c\n\n  !d\ne: f", "a: >-\n    x\n     *y\nb: c", "- a: |\n    *b\n  c: d",
        "- |\n *a\n- b",
        "a: [b*, c&d, \"*e\"]", "a: -1\nb: ?x\nc: :*d", "a:\n  |\n  *b\n", "a: b*c:*d",
    ])
    func takesIndicatorsInsideTexts(text: String) {
        #expect(YAMLScreening.findings(in: text) == [])
    }

    @Test(arguments: [
        ("*a", 1, 1), ("a: *b", 1, 4), ("- *b", 1, 3), ("[a, *b]", 1, 5), ("[*b]", 1, 2), ("{a: *b}", 1, 5),
        ("{\"a\":*b}", 1, 6), ("? *b", 1, 3), ("a: b\nc: *d", 2, 4), ("a: |\n  b\nc: *d", 3, 4),
        ("a:\r\n- *b", 2, 3),
        ("- - *a", 1, 5), ("a: |\n*b", 2, 1), ("'a': *b", 1, 6), ("a: # b\n  *c", 2, 3),
        ("# b\u{85}*c", 2, 1),
        ("a: \"\n\" \nb: *c", 3, 4), ("é: *b", 1, 4),
    ])
    func findsAliases(text: String, line: Int, column: Int) {
        let reason = "aliases (*) are not allowed; quote a text that begins with *"
        #expect(YAMLScreening.findings(in: text) == [.init(line: line, column: column, reason: reason)])
    }

    @Test(arguments: ["&a b", "!a b", "!!binary x", "a: ! b"])
    func findsAnchorsAndTags(text: String) {
        #expect(YAMLScreening.findings(in: text).count == 1)
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
        String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
        (0..<500).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ])
    func refusesDeepNesting(text: String) {
        let error = #expect(throws: ConfigurationErrors.self) {
            try Configuration.parse(text: text, file: "c.yml")
        }
        #expect(error?.errors.first?.description.contains("nests that deeply") == true)
    }

    @Test func refusesAnAliasBombEvenAsAKey() {
        let levels = (1...40).map { "? &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n: x\n" }
        let error = #expect(throws: ConfigurationErrors.self) {
            try Configuration.parse(text: "? &a0 [x]\n: x\n" + levels.joined(), file: "c.yml")
        }
        #expect(error?.errors.count == YAMLScreening.maximumFindings)
    }
}
