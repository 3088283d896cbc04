import ConfigurationKeys
import Testing

@testable import ConfigurationFile

/// Holds `docs/configuration.md` against the keys.
@Suite(.timeLimit(.minutes(5)))
struct ConfigurationDocumentTests {
    private let document: String

    init() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        document = try ConfigurationText.read("/\(root)/docs/configuration.md")
    }

    /// The texts between lines that begin a YAML block and lines that end one.
    private var blocks: [String] {
        document.split(separator: "```yaml\n").dropFirst().compactMap {
            $0.split(separator: "```").first.map(String.init)
        }
    }

    @Test func endsWithTheReference() {
        #expect(
            document.hasSuffix(Configuration.reference), "docs/configuration.md is out of date: make docs")
    }

    @Test func documentsTheDefaults() throws {
        let defaults = try #require(blocks.last)
        #expect(try Configuration.parse(text: defaults, file: "configuration.md") == Configuration())
    }

    @Test func showsOnlyValidExamples() throws {
        #expect(blocks.count == 5)
        for block in blocks {
            #expect(throws: Never.self) { try Configuration.parse(text: block, file: "configuration.md") }
        }
    }
}
