import Testing

@testable import YAML

@Suite(.timeLimit(.minutes(5)))
struct YAMLDocumentTests {
    private func scalar(_ text: String, _ line: Int, _ column: Int, isPlain: Bool = true) -> YAMLNode {
        YAMLNode(content: .scalar(text, isPlain: isPlain), mark: YAMLMark(line: line, column: column))
    }

    @Test(arguments: ["", "\u{feff}", "# only\n\n# comments", " \n"])
    func isEmptyWithoutAValue(text: String) throws {
        #expect(try YAMLDocument(parsing: text).root == nil)
    }

    @Test(arguments: [
        ("a b", "a b", true), ("---", "", true), ("~", "~", true), ("\"a\"", "a", false),
        ("'it''s'", "it's", false),
        ("|\n a\n b\n", "a\nb\n", false), (">-\n a\n b\n", "a b", false), ("\"\\0\\u00e9\"", "\0é", false),
        ("a\n b", "a b", true), ("1e3", "1e3", true),
    ])
    func readsScalarsAsTexts(text: String, value: String, isPlain: Bool) throws {
        let root = try YAMLDocument(parsing: text).root
        #expect(root?.content == .scalar(value, isPlain: isPlain))
    }

    @Test func placesEveryValue() throws {
        let root = try YAMLDocument(parsing: "\u{feff}é: [b, \"c\"]\r\nd:\n  - e: f\n  -").root
        let list = YAMLNode(
            content: .sequence([scalar("b", 1, 5), scalar("c", 1, 8, isPlain: false)]),
            mark: YAMLMark(line: 1, column: 4))
        let inner = YAMLNode(
            content: .mapping([YAMLPair(key: scalar("e", 3, 5), value: scalar("f", 3, 8), firstLine: nil)]),
            mark: YAMLMark(line: 3, column: 5))
        let items = YAMLNode(
            content: .sequence([inner, scalar("", 4, 4)]), mark: YAMLMark(line: 3, column: 3))
        let pairs = [
            YAMLPair(key: scalar("é", 1, 1), value: list, firstLine: nil),
            YAMLPair(key: scalar("d", 2, 1), value: items, firstLine: nil),
        ]
        #expect(root == YAMLNode(content: .mapping(pairs), mark: YAMLMark(line: 1, column: 1)))
    }

    @Test func remembersWhereARepeatedKeyWasFirst() throws {
        let text = "a: 1\n\"a\": 2\nb: {a: 1}\ne\u{301}: 1\né: 2\na: 3\n? [c]\n: d\n? [c]\n: d"
        let root = try #require(try YAMLDocument(parsing: text).root)
        guard case .mapping(let pairs) = root.content else {
            Issue.record("not a mapping")
            return
        }
        #expect(pairs.map(\.firstLine) == [nil, 1, nil, nil, nil, 1, nil, nil])
    }
}
