import ConfigurationFile
import Glibc
import Linux
import Serving
import TelemetryMetrics
import WebConfigurationFile

/// The command line of the service.
@main
enum HeliographCommand {
    static let command = Command(
        name: "heliograph",
        abstract: "Aggregates telemetry events into metrics and shows them to Prometheus.",
        subcommands: [
            ServeCommand.command,
            ReloadCommand.command,
            StateCommand.command,
            LogsCommand.command,
            Command(
                name: "check", abstract: "Check a file before it is used.",
                subcommands: [
                    CheckConfigCommand.command, CheckMetricsCommand.command, CheckWebConfigCommand.command,
                ]),
            HashPasswordCommand.command,
            Command(
                name: "metrics",
                abstract: "Print the reference of the service's own metrics as Markdown.",
                run: { _ in try StandardOutput.write(MetricsReference.markdown()) }),
            Command(
                name: "configuration",
                abstract: "Print the reference of the configuration's keys as Markdown.",
                run: { _ in try StandardOutput.write(Configuration.reference) }),
            Command(
                name: "web-configuration",
                abstract: "Print the reference of the web configuration file's keys as Markdown.",
                run: { _ in try StandardOutput.write(WebSettings.reference) }),
            Command(
                name: "causes",
                abstract: "Print the causes of rejection and what to do about them as Markdown.",
                run: { _ in try StandardOutput.write(RejectionCause.reference) }),
        ])

    static func main() async {
        StandardDescriptors.openAll()
        let words = Array(CommandLine.arguments.dropFirst())
        // The first call that has to be awaited starts a thread.
        do throws(ResourceShortage) {
            try Resources.prepare(for: words.first == ServeCommand.name ? .service : .other)
        } catch {
            complain("heliograph: \(error)")
            exit(ExitStatus.unavailable.code)
        }
        exit(await command.main(words).code)
    }
}
