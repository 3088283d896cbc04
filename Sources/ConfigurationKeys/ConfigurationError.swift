package import YAML

/// Where in the file something is; lines and columns (in Unicode scalars) count from 1.
package struct ConfigurationLocation: Sendable, Equatable, CustomStringConvertible {
    /// The file as it was named to the parser.
    package let file: String
    /// The line.
    package let line: Int
    /// The column.
    package let column: Int

    /// A place from its parts.
    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`.
    package var description: String { "\(file):\(line):\(column)" }
}

extension ConfigurationLocation {
    /// A place in a file that is read.
    package init(_ file: String, _ mark: YAMLMark) {
        self.init(file: file, line: mark.line, column: mark.column)
    }
}

/// One thing that is wrong with a configuration file.
package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// The file can't be read; the reason is a sentence.
    case unreadable(file: String, reason: String)
    /// The file has more bytes than the limit.
    case tooLarge(file: String, limit: Int)
    /// The file is not the YAML that is accepted.
    case malformed(ConfigurationLocation, reason: String)
    /// The key at this path, such as `metrics[0].type`, is unknown, missing or has an impossible value.
    case invalid(ConfigurationLocation, key: String, reason: String)

    /// `file:line:column: key.path: sentence`, as far as these are known.
    package var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .tooLarge(let file, let limit): "\(file): the file has more than \(limit) bytes"
        case .malformed(let location, let reason): "\(location): \(reason)"
        case .invalid(let location, "", let reason): "\(location): \(reason)"
        case .invalid(let location, let key, let reason): "\(location): \(key): \(reason)"
        }
    }

    /// Where it is, unless the whole file is meant.
    package var location: ConfigurationLocation? {
        switch self {
        case .unreadable, .tooLarge: nil
        case .malformed(let location, _), .invalid(let location, _, _): location
        }
    }
}

/// Everything that is wrong with a configuration file, in file order; never empty.
package struct ConfigurationErrors: Error, Equatable, CustomStringConvertible {
    /// The errors by line and column.
    package let errors: [ConfigurationError]

    /// Sorts `errors`, keeping the order of those at one place.
    package init(_ errors: [ConfigurationError]) {
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
