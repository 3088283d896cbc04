import ConfigurationFile

/// `heliograph check config`.
enum CheckConfigCommand {
    static let command = Command(
        name: "config",
        abstract: "Check a configuration file: exit code 0 where it is right, 78 where it is wrong.",
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
