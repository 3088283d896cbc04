import ArgumentParser
import ExporterCore

/// `heliograph metrics`.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the reference of the service's own metrics as Markdown.")

    func run() throws {
        print(try MetricsReference.markdown(), terminator: "")
    }
}
