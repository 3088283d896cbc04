/// Everything that is wrong with a configuration file, in file order; never empty.
package struct ConfigurationErrors: Error, Equatable, CustomStringConvertible {
    /// The errors by line and column.
    package let errors: [ConfigurationError]

    /// Sorts `errors`, keeping the order of those at one place.
    init(_ errors: [ConfigurationError]) {
        self.errors = errors.enumerated()
            .sorted { Self.rank($0) < Self.rank($1) }
            .map(\.element)
    }

    /// One line per error.
    package var description: String {
        errors.map(\.description).joined(separator: "\n")
    }

    private static func rank(_ entry: (offset: Int, element: ConfigurationError)) -> (Int, Int, Int) {
        let location = entry.element.location
        return (location?.line ?? 0, location?.column ?? 0, entry.offset)
    }
}
