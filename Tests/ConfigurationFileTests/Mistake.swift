import ConfigurationKeys
import Testing

@testable import ConfigurationFile

/// A file with mistakes and the whole report about it, without the file's name.
struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var report: String

    init(_ text: String, _ report: String) {
        self.text = text
        self.report = report
    }

    var testDescription: String { text }

    /// What the parser reports about the text; empty if it takes it.
    var found: String {
        do {
            _ = try Configuration.parse(text: text, file: "")
            return ""
        } catch {
            return error.errors.map { String($0.description.dropFirst()) }.joined(separator: "\n")
        }
    }
}
