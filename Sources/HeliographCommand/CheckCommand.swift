import ArgumentParser
import ConfigurationFile

/// `heliograph check`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a file before it is used.",
        subcommands: [CheckConfigCommand.self, CheckMetricsCommand.self])
}

/// `heliograph check config`.
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check a configuration file: exit code 0 where it is right, 78 where it is wrong.")

    @Argument(help: "The configuration, a YAML file.")
    var file: String

    func run() throws {
        do throws(ConfigurationErrors) {
            let configuration = try Configuration.load(path: file)
            print("\(file): right, with \(configuration.metrics.count) metrics.")
        } catch {
            complain("\(error)")
            throw ExitStatus.configuration
        }
    }
}
