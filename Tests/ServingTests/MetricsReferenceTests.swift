import Serving
import Linux
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MetricsReferenceTests {
    @Test func isWhatTheDocumentationHolds() throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let path = (root + ["docs", "metrics.md"]).joined(separator: "/")
        let documented = String(decoding: try WholeFile.read(path), as: UTF8.self)
        let made = try MetricsReference.markdown()
        #expect(documented == made, "docs/metrics.md is out of date: make docs")
    }
}
