import CLinux
import Glibc

/// An open directory in which this process makes, replaces and removes files.
///
/// Files are named by a single component. Links are never followed. Thread-safe.
package struct OwnDirectory: ~Copyable, Sendable {
    /// Where it is, for messages.
    package let path: String
    private let descriptor: Descriptor

    /// Opens the directory at `path`, and makes it with mode 0700 where it is missing and `isMade`; its parent must exist.
    ///
    /// - Parameter isExposed: whether anybody could have put something else there, as in `/dev/shm`. Then it must not be a link, has
    ///   to belong to the user of the process, and nobody else may be able to do anything in it.
    package init(_ path: String, isMade: Bool = true, isExposed: Bool = false) throws(LinuxError) {
        guard !path.utf8.contains(0) else { throw .call(operation: "open", errno: EINVAL, context: path) }
        if isMade { try Directory.make(path, mode: 0o700) }
        let opened = Descriptor(
            takingOwnership: try check("open", path) {
                unsafe clinux_open_directory(path, isExposed ? 0 : 1)
            })
        if isExposed { try Self.checkOwner(of: opened.rawValue, path) }
        descriptor = opened
        self.path = path
    }

    private static func checkOwner(of raw: Int32, _ path: String) throws(LinuxError) {
        var status = stat()
        _ = try check("fstat", path) { unsafe fstat(raw, &status) }
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            throw .unreadable(path: path, reason: "it belongs to another user, or others may use it")
        }
    }

    /// Opens the file called `name`, which has to be a regular one of the process's user or of root where it is there.
    package borrowing func open(
        _ name: String, _ flags: Int32, mode: UInt32 = 0o600
    ) throws(LinuxError) -> Descriptor {
        let raw = descriptor.rawValue
        let file = Descriptor(
            takingOwnership: try check("open", "\(path)/\(name)") {
                unsafe clinux_open_at(raw, name, flags, mode)
            })
        var status = stat()
        let opened = file.rawValue
        _ = try check("fstat", name) { unsafe fstat(opened, &status) }
        guard status.st_mode & mode_t(0o170_000) == mode_t(0o100_000) else {
            throw .unreadable(path: "\(path)/\(name)", reason: "it is not a regular file")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 || geteuid() == 0 else {
            throw .unreadable(path: "\(path)/\(name)", reason: "it belongs to another user")
        }
        return file
    }

    /// Makes a new file, in the place of what has its name.
    package borrowing func make(_ name: String) throws(LinuxError) -> Descriptor {
        remove(name)
        return try open(name, O_RDWR | O_CREAT | O_EXCL)
    }

    /// Gives the file called `old` another name, in the place of what has that one.
    package borrowing func rename(_ old: String, to new: String) throws(LinuxError) {
        let raw = descriptor.rawValue
        _ = try check("rename", "\(path)/\(old)") { unsafe renameat(raw, old, raw, new) }
    }

    /// Removes the file called `name`, if it is there.
    package borrowing func remove(_ name: String) {
        unsafe _ = unlinkat(descriptor.rawValue, name, 0)
    }

    /// Returns once the names in it are on the disk.
    package borrowing func synchronize() throws(LinuxError) {
        let raw = descriptor.rawValue
        _ = try check("fsync", path) { fsync(raw) }
    }

    /// The names of what is in it; none where it can't be read.
    package borrowing func names() -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe _ = closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            names.append(
                unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    /// The bytes that are free in its file system, `Int.max` for one without a limit; nil where that is not tmpfs.
    package var availableMemory: Int? {
        var available: Int64 = 0
        guard unsafe clinux_is_tmpfs(descriptor.rawValue, &available) == 1 else { return nil }
        return available < 0 ? .max : Int(available)
    }

    /// What tells it from every other directory of the machine, whatever path leads to it.
    package var identity: String {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else { return "0" }
        return String(UInt(status.st_dev), radix: 16) + "-" + String(UInt(status.st_ino), radix: 16)
    }
}
