import Glibc

/// Reads the small files of a proc file system, whose sizes the kernel reports as zero.
enum ProcFile {
    /// The contents of a file, at most 1 MiB; nil if it cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while contents.count < 1 << 20 {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            contents += chunk[..<count]
        }
        return contents
    }

    /// The number of entries in a directory without `.` and `..`; nil if it cannot be read.
    static func entryCount(_ path: String) -> Int? {
        guard let directory = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(directory) }
        var count = 0
        while let entry = unsafe readdir(directory) {
            // Everything but "." and "..": the only names of proc's numbered directories that start with a dot.
            if unsafe entry.pointee.d_name.0 != CChar(46) { count += 1 }
        }
        return count
    }
}
