/// How a configuration file names other files.
package struct FileNames: Sendable, Equatable {
    /// Where relative names begin.
    package let folder: String
    /// Where systemd has put the credentials of the service, if it has.
    package let credentials: String?

    /// The names in a file at `path`.
    package init(in path: String, credentials: String? = nil) {
        let slash = path.lastIndex(of: "/")
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        self.credentials = credentials
    }

    /// What stands for the directory of credentials at the beginning of a name.
    private static let placeholders = ["%d/", "${CREDENTIALS_DIRECTORY}/"]

    /// The path that a name means; nil for that of a credential where there are none.
    package func path(of name: String) -> String? {
        guard let whole = Self.expanded(name, credentials: credentials) else { return nil }
        return whole.hasPrefix("/") ? whole : "\(folder)/\(whole)"
    }

    /// The path that a name means, where that of a credential is left for later.
    package func pathWithCredentials(of name: String) -> String {
        let isPlaced = name.hasPrefix("/") || Self.placeholders.contains(where: name.hasPrefix)
        return isPlaced ? name : "\(folder)/\(name)"
    }

    /// A name with the directory of credentials in the place of `%d` or `${CREDENTIALS_DIRECTORY}`.
    package static func expanded(_ name: String, credentials: String?) -> String? {
        guard let placeholder = placeholders.first(where: name.hasPrefix) else { return name }
        return credentials.map { "\($0)/\(name.dropFirst(placeholder.count))" }
    }
}
