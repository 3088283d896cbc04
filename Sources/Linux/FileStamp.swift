import CLinux
import Glibc

/// What tells one version of a file from another, without reading it.
package struct FileStamp: Sendable, Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let changed: [Int64]
    /// The kind of file and its permission bits, as stat(2) has them.
    private let mode: UInt32

    /// Of the file at `path`, or where that leads; nil where there is none that can be seen.
    package init?(_ path: String) {
        var status = stat()
        // The kernel would take what is before the zero for the path.
        guard !path.utf8.contains(0), unsafe stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        changed = [
            Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec), Int64(status.st_ctim.tv_sec),
            Int64(status.st_ctim.tv_nsec),
        ]
        mode = status.st_mode
    }

    /// Whether reading it ends and never blocks.
    package var isRegular: Bool { mode & S_IFMT == S_IFREG }

    /// Whether all users may read it.
    package var isReadableByAll: Bool { mode & S_IROTH != 0 }
}
