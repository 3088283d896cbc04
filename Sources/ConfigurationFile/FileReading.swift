import TelemetryMetrics
import YAML

/// What is known while one file is read; used by one parse, on one thread.
final class FileReading {
    /// The file's name in every location.
    let file: String
    /// What was found so far, in the order of finding.
    private(set) var errors: [ConfigurationError] = []
    /// Which names there may be, once the section `global` is read.
    var names = NameValidation.legacy
    /// The prefix of all names, once the section `global` is read.
    var prefix = ""
    /// The prefix of the source whose rules are being read.
    var sourcePrefix = ""
    /// The prefix of metrics made from events, once the section `events` is read.
    var eventsPrefix = ""
    /// The names of the constant labels, once the section `global` is read.
    var constantLabels: Set<String> = []
    /// Of the keys that were read so far.
    private(set) var places: KeyPlaces

    init(file: String) {
        self.file = file
        places = KeyPlaces(file: file)
    }

    /// Notes where a field stands, for whoever finds fault with it later.
    func note(_ field: YAMLField) { places.note(field.path, at: field.node.mark) }

    /// Adds a key's problem at `mark`.
    func add(_ mark: YAMLMark, key: String, _ reason: String) {
        errors.append(.invalid(ConfigurationLocation(file, mark), key: key, reason: reason))
    }
}
