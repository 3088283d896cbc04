import Glibc

/// Directories of the file system.
package enum Directory {
    /// Makes the directory at `path` with the permissions of `mode` where it is missing; its parent must exist.
    ///
    /// - Throws: `LinuxError` with the path.
    package static func make(_ path: String, mode: UInt32 = 0o755) throws(LinuxError) {
        guard unsafe mkdir(path, mode) != 0, errno != EEXIST else { return }
        throw .call(operation: "mkdir", errno: errno, context: path)
    }
}
