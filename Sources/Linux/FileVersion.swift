/// A file as it was at one moment.
package struct FileVersion: Sendable, Equatable {
    /// Where it is.
    package let path: String
    /// Nil where there was none that could be seen.
    package let stamp: FileStamp?

    /// As it is now.
    package init(_ path: String) {
        self.path = path
        stamp = FileStamp(path)
    }
}
