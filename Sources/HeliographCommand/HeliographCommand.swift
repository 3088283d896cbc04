import ArgumentParser
import Exporting
import Serving

/// The command line of the service.
@main
struct HeliographCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heliograph",
        abstract: "Aggregates telemetry events into metrics and shows them to Prometheus.",
        version: "heliograph \(Version.current)",
        subcommands: [ServeCommand.self, CheckCommand.self, MetricsCommand.self])
}

/// `heliograph metrics`.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the reference of the service's own metrics as Markdown.")

    func run() throws {
        print(try MetricsReference.markdown(), terminator: "")
    }
}
