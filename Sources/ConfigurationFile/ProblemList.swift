import YAML

/// Collects what is wrong while one file is read; used by one parse, on one thread.
final class ProblemList {
    /// The file's name in every location.
    let file: String
    /// What was found so far, in the order of finding.
    private(set) var errors: [ConfigurationError] = []

    init(file: String) {
        self.file = file
    }

    /// Adds a key's problem at `mark`.
    func add(_ mark: YAMLMark, key: String, _ reason: String) {
        errors.append(.invalid(ConfigurationLocation(file, mark), key: key, reason: reason))
    }
}
