import Linux
import Testing

/// The examples of the documentation are parts of the snippets, which every build compiles.
@Suite(.timeLimit(.minutes(5)))
struct DocumentationTests {
    private static let articles = ["DefiningMetrics", "HistogramsAndSummaries", "Pollers", "HeldSeries"]
    private static let catalogue = "Sources/TelemetryMetrics/TelemetryMetrics.docc"

    @Test(arguments: articles)
    func showsWhatIsCompiled(article: String) throws {
        let examples = Self.examples(in: try Self.text("\(Self.catalogue)/\(article).md"))
        let snippet = try Self.text("Snippets/\(article).swift")
        #expect(!examples.isEmpty)
        #expect(examples.filter { !snippet.contains("\n\($0)") } == [])
    }

    @Test
    func theLandingPageShowsWhatIsCompiledAndLinksEachArticle() throws {
        let page = try Self.text("\(Self.catalogue)/TelemetryMetrics.md")
        let snippet = try Self.text("Snippets/DefiningMetrics.swift")
        let examples = Self.examples(in: page)
        #expect(!examples.isEmpty)
        #expect(examples.filter { !snippet.contains("\n\($0)") } == [])
        let links = page.split(separator: "\n").filter { $0.hasPrefix("- <doc:") }
        #expect(links == Self.articles.map { "- <doc:\($0)>" })
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
