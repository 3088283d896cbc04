import ConfigurationKeys
import ConfigurationFile

/// `heliograph check config`.
enum CheckConfigCommand {
    static let command = Command(
        name: "config",
        abstract: "Check a configuration file, without starting anything.",
        discussion: """
            Each mistake is a line on standard error. Exit codes: 0 right, 78 wrong or not
            to be read, as serve and reload end for it.
            """,
        argument: Argument(name: "file", help: "The configuration, a YAML file."),
        run: { invocation in
            let file = invocation.argument
            let configuration: Configuration
            do throws(ConfigurationErrors) {
                configuration = try Configuration.load(path: file)
            } catch {
                complain("\(error)")
                throw ExitStatus.configuration
            }
            try StandardOutput.write("\(file): right, with \(configuration.metrics.count) metrics.\n")
        })
}
