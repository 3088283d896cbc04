import Foundation
import LogTelemetry
import Logging
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LogMessageTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: repository.appending(path: path), encoding: .utf8)
    }

    /// What follows `start` in each line that begins with it, sorted.
    private static func rests(of start: String, in text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix(start) }
            .map { String($0.dropFirst(start.count)) }.sorted()
    }

    private let ids = LogMessage.allCases.map(\.rawValue).sorted()

    /// As `journalctl -x` shows it.
    @Test func theCatalogueExplainsEachKindOnce() throws {
        let catalogue = try Self.text("systemd/heliograph.catalog")
        #expect(Self.rests(of: "-- ", in: catalogue) == ids)
        for id in ids {
            let lines =
                catalogue.components(separatedBy: "\n-- \(id)\n").last?
                .components(separatedBy: "\n-- ").first?.components(separatedBy: "\n") ?? []
            #expect(lines.first?.hasPrefix("Subject: ") == true)
            #expect(lines.dropFirst().prefix(2) == ["Defined-By: Heliograph", ""])
            #expect(lines.dropFirst(3).first?.isEmpty == false, "nothing is said of \(id)")
        }
    }

    @Test func thePageForOperatorsNamesEachKindOnce() throws {
        let page = try Self.text("docs/operations.md")
        let rows = Self.rests(of: "| `", in: page).map { $0.prefix { $0 != "`" } }
        let isID = { (text: Substring) in text.count == 32 && text.allSatisfy(\.isHexDigit) }
        #expect(rows.filter(isID).map(String.init) == ids)
    }

    @Test func aStatementKeepsWhatItSaysOfItself() {
        let message = LogMessage.childFailed
        #expect(message.metadata() == ["message_id": "\(message.rawValue)"])
        #expect(message.metadata(["child": "a"]) == ["message_id": "\(message.rawValue)", "child": "a"])
    }
}
