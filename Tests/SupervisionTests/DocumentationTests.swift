import Linux
import Testing

/// The examples of the documentation are parts of the snippets, which every build compiles.
@Suite(.timeLimit(.minutes(5)))
struct DocumentationTests {
    @Test(arguments: [
        ("Supervision", ["SupervisedActor", "Workers", "PublishAndSubscribe"]),
        ("SupervisionLifecycle", ["Services"]),
    ])
    func showsWhatIsCompiled(module: String, snippets: [String]) throws {
        let page = try Self.text("Sources/\(module)/\(module).docc/\(module).md")
        let examples = Self.examples(in: page)
        let compiled = try snippets.map { try Self.text("Snippets/\($0).swift") }.joined()
        #expect(examples.count == snippets.count)
        #expect(examples.filter { !compiled.contains("\n\($0)") } == [])
    }

    /// The text of a file of this package.
    private static func text(_ path: String) throws -> String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        return String(
            decoding: try WholeFile.read("\(root.joined(separator: "/"))/\(path)"), as: UTF8.self)
    }

    /// The whole lines between the fences of Swift code.
    private static func examples(in article: String) -> [String] {
        article.split(separator: "```swift\n").dropFirst().map { rest in
            String(rest.prefix(upTo: rest.firstRange(of: "```")?.lowerBound ?? rest.endIndex))
        }
    }
}
