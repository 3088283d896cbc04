import Bytes
import YAML

extension Configuration {
    /// The largest file that is read.
    package static let maximumBytes = 1 << 20

    /// Reads a file's text; `file` names it in errors and `sockets` says which sockets open where none is named.
    ///
    /// An empty text is all defaults. Throws every error at once, except that what is not YAML hides what it would say.
    package static func parse(
        text: String, file: String, sockets: DefaultSockets = .none
    ) throws(ConfigurationErrors) -> Configuration {
        guard text.utf8.count <= maximumBytes else {
            throw ConfigurationErrors([.tooLarge(file: file, limit: maximumBytes)])
        }
        let problems = ProblemList(file: file)
        var configuration = Configuration(sockets: sockets)
        if let root = try document(text, file: file).root {
            configuration.read(YAMLField(node: root, path: "", problems: problems))
        }
        guard problems.errors.isEmpty else { throw ConfigurationErrors(problems.errors) }
        return configuration
    }

    private static func document(_ text: String, file: String) throws(ConfigurationErrors) -> YAMLDocument {
        do {
            return try YAMLDocument(parsing: text)
        } catch {
            throw ConfigurationErrors(
                error.mistakes.map { mistake in
                    .malformed(ConfigurationLocation(file, mistake.mark), reason: mistake.description)
                })
        }
    }

    private mutating func read(_ field: YAMLField) {
        guard let root = YAMLSection<RootKey>(field) else { return }
        root.read(.global, into: &global, GlobalConfiguration.init(reading:))
        root.read(.web, into: &web, WebConfiguration.init(reading:))
        let taken = global.labelNames
        if let section = root[.statsd] { statsd.read(section, prefix: global.prefix, takenLabels: taken) }
        if let section = root[.events] { events.read(section) }
        if let section = root[.metrics] {
            metrics = MetricConfiguration.readAll(section, prefix: global.prefix, takenLabels: taken)
        }
        guard let path = events.unix, path == statsd.unix else { return }
        (root[.events] ?? field).fail("events and statsd share the socket \(path.quoted)")
    }
}
