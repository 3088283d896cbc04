import Glibc

/// Files of a configuration as text.
package enum ConfigurationText {
    /// The largest file that is read.
    package static let maximumBytes = 1 << 20

    /// The text of a file of at most `maximumBytes` of UTF-8.
    package static func read(_ path: String) throws(ConfigurationErrors) -> String {
        let bytes = try bytes(ofFile: path)
        do {
            return String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            throw ConfigurationErrors([notUTF8(bytes, at: error.byteOffsets.lowerBound, file: path)])
        }
    }

    private static func bytes(ofFile path: String) throws(ConfigurationErrors) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw unreadable(path, EINVAL) }
        // Opening a FIFO, or reading a terminal, would wait for a writer, and the terminal would become ours.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        switch status.st_mode & S_IFMT {
        // /dev/null is an empty file to many, and no device is waited for either.
        case S_IFREG, S_IFCHR: break
        case S_IFDIR: throw unreadable(path, EISDIR)
        default: throw ConfigurationErrors([.unreadable(file: path, reason: notRegular)])
        }
        var contents: [UInt8] = []
        // Most files are short: one for the longest would be cleared at each start.
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while contents.count <= maximumBytes {
            let result = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if result == 0 { return contents }
            if result > 0 {
                contents += chunk[..<result]
            } else if errno != EINTR {
                throw unreadable(path, errno)
            }
        }
        throw ConfigurationErrors([.tooLarge(file: path, limit: maximumBytes)])
    }

    private static let notRegular = "it is no regular file: a pipe can't be read again"

    /// The sentence for the `errno` of a file that can't be opened or read.
    package static func unreadable(_ path: String, _ code: Int32) -> ConfigurationErrors {
        let reason =
            switch code {
            case ENOENT: "there is no such file"
            case EACCES, EPERM: "no permission to read it"
            case EISDIR: "it is a directory, not a file"
            case ENOTDIR: "a part of its path is not a directory"
            default: "it can't be read (errno \(code))"
            }
        return ConfigurationErrors([.unreadable(file: path, reason: reason)])
    }

    private static func notUTF8(_ bytes: [UInt8], at offset: Int, file: String) -> ConfigurationError {
        let before = bytes[..<offset]
        let line = before.count { $0 == 0x0a } + 1
        let start = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        let column = before[start...].count { $0 & 0xc0 != 0x80 } + 1
        return .malformed(
            ConfigurationLocation(file: file, line: line, column: column),
            reason: "the file is not UTF-8 here")
    }
}
