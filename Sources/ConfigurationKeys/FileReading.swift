package import YAML

/// What is known while one file is read; used by one parse, on one thread.
package final class FileReading {
    /// The file's name in every location.
    package let file: String
    /// What was found so far, in the order of finding.
    package private(set) var errors: [ConfigurationError] = []
    /// The prefix of all names, once the section `global` is read.
    package var prefix = ""
    /// The prefix of the source whose rules are being read.
    package var sourcePrefix = ""
    /// The prefix of metrics made from events, once the section `events` is read.
    package var eventsPrefix = ""
    /// The names of the constant labels, once the section `global` is read.
    package var constantLabels: Set<String> = []
    /// Of the keys that were read so far.
    package private(set) var places: KeyPlaces

    /// Nothing was found yet.
    package init(file: String) {
        self.file = file
        places = KeyPlaces(file: file)
    }

    /// Notes where a field stands, for whoever finds fault with it later.
    package func note(_ field: YAMLField) { places.note(field.path, at: field.node.mark) }

    /// Adds a key's problem at `mark`.
    package func add(_ mark: YAMLMark, key: String, _ reason: String) {
        errors.append(.invalid(ConfigurationLocation(file, mark), key: key, reason: reason))
    }
}
