import Testing

@testable import YAML

/// Texts of a mebibyte for which something between libyaml and us could take more than linear time.
@Suite(.timeLimit(.minutes(1)))
struct HostileTextTests {
    private static let size = 1 << 20

    private static func filled(_ piece: String, after start: String = "", before end: String = "") -> String {
        let count = (size - start.utf8.count - end.utf8.count) / piece.utf8.count
        return start + String(repeating: piece, count: count) + end
    }

    private static func numbered(_ line: (Int) -> String) -> String {
        var text = ""
        var number = 0
        while text.utf8.count < size {
            text += line(number)
            number += 1
        }
        return text
    }

    private func found(_ text: String) -> YAMLErrors? {
        do {
            _ = try YAMLDocument(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        filled("["), filled("[\n"), filled("{a: "), filled("{? "), filled("- "), filled("? "), filled("-\n "),
        filled("[]: [", after: "a"), filled("[a, "), filled("{\"\": "),
        (0..<1400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ])
    func refusesDeepNesting(text: String) {
        #expect(found(text)?.mistakes.count == 1)
    }

    @Test(arguments: [
        numbered { "- &a\($0) x\n" }, numbered { "- *a\($0)\n" }, filled("- !a x\n"), filled("- !!a x\n"),
        "? &a0 [x]\n: x\n" + numbered { "? &a\($0 + 1) [*a\($0), *a\($0)]\n: x\n" },
        filled("\u{1}"), filled("a: \u{0}\n"),
    ])
    func reportsSomeOfAMillionMistakes(text: String) {
        #expect(found(text)?.mistakes.count == YAMLLimits.mistakes)
    }

    @Test(arguments: [
        filled("- *.\n"),
        filled("x\n", after: "a: \"", before: "\"\n") + String(repeating: "- *.\n", count: 100),
    ])
    func readsAgainSomeTimesOnly(text: String) {
        #expect(found(text)?.mistakes.isEmpty == false)
    }

    @Test(arguments: [
        filled("-\n"), filled("[],", after: "[", before: "]"), filled("a,", after: "{", before: "}"),
        filled("a,", after: "[", before: "]"),
    ])
    func refusesAMillionValues(text: String) {
        let reasons = found(text)?.mistakes.map(\.reason)
        #expect(reasons == [.tooManyValues(limit: YAMLLimits.values)])
    }

    @Test(arguments: [
        filled(" "), filled("\n"), filled("a b ", after: "- a" + String(repeating: " ", count: 1 << 19)),
        filled("a\n ", after: "- a" + String(repeating: "\n", count: 1 << 19) + " "),
        filled(" a\n", after: "- |" + String(repeating: "\n", count: 1 << 19)),
    ])
    func refusesLongRunsOfBlanks(text: String) {
        let reasons = found(text)?.mistakes.map(\.reason)
        #expect(reasons == [.tooManyBlanks(limit: YAMLLimits.blanks)])
    }

    @Test func refusesManyDirectives() {
        let text = Self.numbered { "%TAG !a\($0)! b\n" } + "---\na"
        #expect(found(text)?.mistakes.map(\.reason) == [.tooManyDirectives(limit: YAMLLimits.directives)])
    }

    @Test(arguments: [
        filled("a", after: "- "), filled("a ", after: "- "), filled("a\n ", after: "- "),
        filled("a\n", after: "- "),
        filled("a", after: "- \"", before: "\""), filled("\\\n", after: "- \"", before: "\""),
        filled("\\u00e9", after: "- \"", before: "\""), filled("''", after: "- '", before: "'"),
        filled(" a\n", after: "- |\n"), filled(" a\n\n", after: "- >\n"),
        filled("a b ", after: "- a" + String(repeating: " ", count: 4090)),
        filled(" a\n", after: "- |" + String(repeating: "\n", count: 4090)),
        filled(" " + String(repeating: "a", count: 4000) + "\n", after: "- >\n"),
        filled("#\n"), filled("#"), filled("é", after: "- "), filled("e\u{301}\u{323}", after: "? "),
        filled("%a\n", after: "- \"").replacing("%", with: "é") + "\"",
    ])
    func readsOneHugeScalar(text: String) {
        #expect(found(text) == nil)
    }

    @Test(arguments: [
        filled("a: b\n"), filled("a: b, ", after: "{", before: "}"), numbered { "k\($0): v\n" },
        numbered { "- k\($0): {v: [w]}\n" }, filled("? [a]\n: b\n"),
    ])
    func readsManyKeys(text: String) {
        let reasons = found(text)?.mistakes.map(\.reason) ?? []
        #expect(reasons.allSatisfy { $0 == .tooManyValues(limit: YAMLLimits.values) })
    }
}
