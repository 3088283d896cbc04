import Foundation
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct LogMessageTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// As `journalctl -x` and the page for operators show it.
    @Test(arguments: LogMessage.allCases)
    func theCatalogueAndThePageExplainEachKind(message: LogMessage) throws {
        let catalogue = try String(
            contentsOf: Self.repository.appending(path: "systemd/heliograph.catalog"), encoding: .utf8)
        #expect(catalogue.contains("\n-- \(message.rawValue)\nSubject: "))
        let page = try String(
            contentsOf: Self.repository.appending(path: "docs/operations.md"), encoding: .utf8)
        #expect(page.contains("| `\(message.rawValue)` |"))
    }
}
