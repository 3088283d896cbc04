import CLinux
import Glibc
import Linux

/// A small file or directory of a proc file system, opened once and read again and again; the kernel reports no size.
struct ProcFile: ~Copyable, Sendable {
    /// -1 where it could not be opened; then every call fails.
    private let descriptor: Descriptor

    /// Opens it to read; never fails.
    init(_ path: String, _ flags: Int32 = 0) {
        descriptor = Descriptor(takingOwnership: unsafe open(path, O_RDONLY | O_CLOEXEC | flags))
    }

    /// What a file holds now, at most 1 MiB; nil if it can't be read.
    var contents: [UInt8]? {
        let raw = descriptor.rawValue
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while contents.count < 1 << 20 {
            let count = unsafe pread(raw, &chunk, chunk.count, contents.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            contents += chunk[..<count]
        }
        return contents
    }

    /// The number of entries that a directory has now, without `.` and `..`; nil if it can't be read.
    ///
    /// Not for two threads at once, as the position in the directory is that of the descriptor.
    var entryCount: Int? {
        let raw = descriptor.rawValue
        guard lseek(raw, 0, SEEK_SET) == 0 else { return nil }
        var count = 0
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let filled = unsafe clinux_directory_entries(raw, &chunk, chunk.count)
            guard filled >= 0 else { return nil }
            guard filled > 0 else { return count }
            // See getdents64(2): the length of an entry is 16 bytes in, its name 19. All names of proc's numbered directories
            // begin with a digit.
            var entry = 0
            while entry + 19 < filled {
                if chunk[entry + 19] != UInt8(ascii: ".") { count += 1 }
                entry += max(1, Int(chunk[entry + 16]) | Int(chunk[entry + 17]) << 8)
            }
        }
    }
}
