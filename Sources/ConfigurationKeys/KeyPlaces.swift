import YAML

/// Where a file has the keys that only a restart can change, and the sections of such keys.
///
/// All places are equal: files that say the same are the same, wherever they say it.
package struct KeyPlaces: Sendable, Equatable {
    private let file: String
    private var marks: [String: YAMLMark] = [:]

    /// Those of a file that says nothing.
    package init(file: String) { self.file = file }

    /// True.
    package static func == (_: KeyPlaces, _: KeyPlaces) -> Bool { true }

    /// Notes where the value of a key stands; the path of the whole file is empty.
    mutating func note(_ path: String, at mark: YAMLMark) { marks[path] = mark }

    /// Where the value of a key stands, or the section that lacks it.
    package subscript(path: String) -> ConfigurationLocation {
        var path = path[...]
        while true {
            if let mark = marks[String(path)] { return ConfigurationLocation(file, mark) }
            guard !path.isEmpty else { return ConfigurationLocation(file: file, line: 1, column: 1) }
            path = path[..<(path.lastIndex(of: ".") ?? path.startIndex)]
        }
    }
}
