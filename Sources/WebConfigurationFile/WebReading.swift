package import ConfigurationKeys
package import Linux

/// One reading of a web configuration file.
package struct WebReading: Sendable {
    /// The settings, or every mistake in the file at once; a mistake in its YAML hides all others.
    package let result: Result<WebSettings, ConfigurationErrors>
    /// All files that were read, the web configuration file first, each as it was just before it was read.
    package let files: [FileVersion]

    /// Reads and parses the file at `path`, and the files that it names; blocks while it reads.
    ///
    /// - Parameter credentials: where systemd has put credentials, for names such as `%d/key`; also for `path` itself.
    package init(path: String, credentials: String? = nil) {
        guard let expanded = FileNames.expanded(path, credentials: credentials) else {
            let reason = "it is a credential, but $CREDENTIALS_DIRECTORY is not set"
            result = .failure(ConfigurationErrors([.unreadable(file: path, reason: reason)]))
            files = []
            return
        }
        let reading = FileReading(file: expanded, credentials: credentials)
        reading.note(file: expanded)
        result = Result { () throws(ConfigurationErrors) in
            try WebSettings(ConfigurationText.read(expanded), reading)
        }
        files = reading.files
    }
}

extension WebSettings {
    /// Reads and parses the file at `path` as `WebReading` does.
    package static func load(
        path: String, credentials: String? = nil
    ) throws(ConfigurationErrors) -> WebSettings {
        try WebReading(path: path, credentials: credentials).result.get()
    }

    init(_ text: String, _ reading: FileReading) throws(ConfigurationErrors) {
        self.init()
        if let root = try YAMLField.root(of: text, reading) { _ = root.read(into: &self) }
        guard reading.errors.isEmpty else { throw ConfigurationErrors(reading.errors) }
        warnings = reading.warnings.map(\.description)
    }
}
