package import Linux
package import YAML

/// What is known while one file is read; used by one parse, on one thread.
package final class FileReading {
    /// The file's name in every location.
    package let file: String
    /// What was found so far, in the order of finding.
    package private(set) var errors: [ConfigurationError] = []
    /// Whether names can be any text, once the section `global` is read.
    package var takesAnyName = false
    /// The prefix of all names, once the section `global` is read.
    package var prefix = ""
    /// The prefix of the source whose rules are being read.
    package var sourcePrefix = ""
    /// The prefix of metrics made from events, once the section `events` is read.
    package var eventsPrefix = ""
    /// The names of the constant labels, once the section `global` is read.
    package var constantLabels: Set<String> = []
    /// What is used all the same, and deserves a second look.
    package private(set) var warnings: [ConfigurationError] = []
    /// How the file names others.
    package let names: FileNames
    /// What was read for it, itself first where it is a file, each as it was just before.
    package private(set) var files: [FileVersion] = []
    /// Of the keys that were read so far.
    package private(set) var places: KeyPlaces

    /// Nothing was found yet.
    package init(file: String, credentials: String? = nil) {
        self.file = file
        names = FileNames(in: file, credentials: credentials)
        places = KeyPlaces(file: file)
    }

    /// Notes where a field stands, for whoever finds fault with it later.
    package func note(_ field: YAMLField) { places.note(field.path, at: field.node.mark) }

    /// Adds a key's problem at `mark`.
    package func add(_ mark: YAMLMark, key: String, _ reason: String) {
        errors.append(.invalid(ConfigurationLocation(file, mark), key: key, reason: reason))
    }

    /// Adds what deserves a second look at `mark`.
    package func warn(_ mark: YAMLMark, key: String, _ reason: String) {
        warnings.append(.invalid(ConfigurationLocation(file, mark), key: key, reason: reason))
    }

    /// Notes a file that is about to be read.
    package func note(file path: String) { files.append(FileVersion(path)) }
}
