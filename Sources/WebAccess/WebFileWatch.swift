package import Linux

/// Tells when the web configuration file, or a file that it names, has become another one.
///
/// A change counts once two looks in a row find the same. Else a file would be read while it is being written.
package struct WebFileWatch {
    private var paths: [String]
    private var read: [FileStamp?]
    private var seen: [FileStamp?]

    /// Watches files as they were when they were read.
    package init(_ files: [FileVersion]) {
        paths = files.map(\.path)
        read = files.map(\.stamp)
        seen = read
    }

    /// Whether the files should be read again, and others be watched.
    package mutating func look() -> Bool {
        let now = paths.map { FileStamp($0) }
        defer { seen = now }
        return now != read && now == seen
    }
}
