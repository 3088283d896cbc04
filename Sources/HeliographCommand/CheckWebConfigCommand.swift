import ConfigurationKeys
import Linux
import WebConfigurationFile

/// `heliograph check web-config`.
enum CheckWebConfigCommand {
    static let command = Command(
        name: "web-config",
        abstract: "Check a web configuration file and the files that it names.",
        discussion: """
            Each mistake is a line on standard error, and each warning, which makes nothing
            wrong. Exit codes: 0 right, 78 wrong or not to be read, as serve ends for it.
            """,
        argument: Argument(name: "file", help: "The exporters' web configuration, a YAML file."),
        run: { invocation in
            let file = invocation.argument
            let settings: WebSettings
            do throws(ConfigurationErrors) {
                settings = try WebSettings.load(path: file, credentials: Credentials.directory)
            } catch {
                complain("\(error)")
                throw ExitStatus.configuration
            }
            for warning in settings.warnings { complain("warning: \(warning)") }
            try StandardOutput.write("\(file): right.\n")
        })
}
