import ConfigurationFile
import Glibc
import Serving
import TelemetryMetrics

/// The command line of the service.
@main
enum HeliographCommand {
    static let command = Command(
        name: "heliograph",
        abstract: "Aggregates telemetry events into metrics and shows them to Prometheus.",
        subcommands: [
            ServeCommand.command,
            ReloadCommand.command,
            Command(
                name: "check", abstract: "Check a file before it is used.",
                subcommands: [CheckConfigCommand.command, CheckMetricsCommand.command]),
            Command(
                name: "metrics",
                abstract: "Print the reference of the service's own metrics as Markdown.",
                run: { _ in print(try MetricsReference.markdown(), terminator: "") }),
            Command(
                name: "configuration",
                abstract: "Print the reference of the configuration's keys as Markdown.",
                run: { _ in print(Configuration.reference, terminator: "") }),
            Command(
                name: "causes",
                abstract: "Print the causes of rejection and what to do about them as Markdown.",
                run: { _ in print(RejectionCause.reference, terminator: "") }),
        ])

    static func main() async {
        exit(await command.main(Array(CommandLine.arguments.dropFirst())).code)
    }
}
