import Testing

@testable import YAML

/// Texts for which something between libyaml and us could take more than linear time.
@Suite(.timeLimit(.minutes(5)))
struct HostileTextTests {
    /// Why the text is refused.
    private func reasons(_ hostile: HostileText) -> [YAMLMistake.Reason] {
        do {
            _ = try YAMLDocument(parsing: hostile.text)
            return []
        } catch {
            return error.mistakes.map(\.reason)
        }
    }

    @Test(arguments: [
        HostileText("["), HostileText("[\n"), HostileText("{a: "), HostileText("{? "), HostileText("- "),
        HostileText("? "), HostileText("[]: ["), HostileText("[a, "), HostileText("{\"\": "),
        HostileText("- ", after: (0..<1400).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    ])
    func refusesDeepNesting(hostile: HostileText) {
        #expect(reasons(hostile) == [.tooDeep(limit: YAMLLimits.depth)])
    }

    @Test(arguments: [
        HostileText("- &a~ x\n"), HostileText("- *a~\n"), HostileText("- !a x\n"), HostileText("- !!a x\n"),
        HostileText("? &a~ [*a~, *a~]\n: x\n"), HostileText("\u{1}"), HostileText("a: \u{0}\n"),
    ])
    func reportsSomeOfAMillionMistakes(hostile: HostileText) {
        #expect(reasons(hostile).count == YAMLLimits.mistakes)
    }

    @Test(arguments: [
        HostileText("- *.\n"),
        HostileText("x\n", after: "- \"", before: "\"\n" + String(repeating: "- *.\n", count: 100)),
    ])
    func readsAgainSomeTimesOnly(hostile: HostileText) {
        let aliases = Array(repeating: YAMLMistake.Reason.alias, count: YAMLLimits.coverings + 1)
        #expect(reasons(hostile) == aliases)
    }

    @Test(arguments: [
        HostileText("-\n"), HostileText("[],", after: "[", before: "]"),
        HostileText("a,", after: "{", before: "}"), HostileText("a,", after: "[", before: "]"),
        HostileText("a:\n"), HostileText("a: b, ", after: "{", before: "}"), HostileText("? [a]\n: b\n"),
    ])
    func refusesAMillionValues(hostile: HostileText) {
        #expect(reasons(hostile) == [.tooManyValues(limit: YAMLLimits.values)])
    }

    @Test(arguments: [
        HostileText(" "), HostileText("\n"), HostileText("a b ", after: "- a" + HostileText.half(" ")),
        HostileText("a\n ", after: "- a" + HostileText.half("\n") + " "),
        HostileText(" a\n", after: "- |" + HostileText.half("\n")),
    ])
    func refusesLongRunsOfBlanks(hostile: HostileText) {
        #expect(reasons(hostile) == [.tooManyBlanks(limit: YAMLLimits.blanks)])
    }

    @Test func refusesManyDirectives() {
        let directives = HostileText("%TAG !a~! b\n", before: "---\na")
        #expect(reasons(directives) == [.tooManyDirectives(limit: YAMLLimits.directives)])
    }

    @Test(arguments: [
        HostileText("a", after: "- "), HostileText("a ", after: "- "), HostileText("a\n ", after: "- "),
        HostileText("a", after: "- \"", before: "\""), HostileText("\\\n", after: "- \"", before: "\""),
        HostileText("\\u00e9", after: "- \"", before: "\""), HostileText("''", after: "- '", before: "'"),
        HostileText(" a\n", after: "- |\n"), HostileText(" a\n\n", after: "- >\n"),
        HostileText("a b ", after: "- a" + String(repeating: " ", count: 4090)),
        HostileText(" a\n", after: "- |" + String(repeating: "\n", count: 4090)),
        HostileText(" " + String(repeating: "a", count: 4000) + "\n", after: "- >\n"),
        HostileText("#\n"), HostileText("#"), HostileText("é", after: "- "),
        HostileText("e\u{301}\u{323}", after: "? "),
    ])
    func readsOneHugeScalar(hostile: HostileText) {
        #expect(reasons(hostile) == [])
    }

    @Test(arguments: [
        HostileText("key-~: v\n"), HostileText("- key-number-~: {value: [word]}\n"),
        HostileText("key-~: v, ", after: "{", before: "}"),
    ])
    func readsManyKeys(hostile: HostileText) {
        #expect(reasons(hostile) == [])
    }
}
