import Yams

/// Collects what is wrong while one file is read; used by one parse, on one thread.
final class ProblemList {
    /// The file's name in every location.
    let file: String
    /// What was found so far, in the order of finding.
    private(set) var errors: [ConfigurationError] = []

    init(file: String) {
        self.file = file
    }

    /// Adds a key's problem at `mark`; a node without a mark counts as the file's beginning.
    func add(_ mark: Mark?, key: String, _ reason: String) {
        let location = ConfigurationLocation(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
        errors.append(.invalid(location, key: key, reason: reason))
    }
}
