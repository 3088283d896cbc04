import CLinux
import Glibc

extension SharedMemory {
    private static let piece = 16 << 20

    /// An anonymous copy of a file as it is now: whatever becomes of the file, the copy stays.
    ///
    /// - Throws: `LinuxError.unreadable` with the path, also for what is no file.
    package static func copy(ofFile path: String) throws(LinuxError) -> SharedMemory {
        do throws(LinuxError) {
            return try copied(path)
        } catch {
            guard case .call(_, let code, _) = error else { throw error }
            throw .unreadable(path: path, reason: LinuxError.text(of: code))
        }
    }

    private static func copied(_ path: String) throws(LinuxError) -> SharedMemory {
        // The kernel would take what is before the zero for the path.
        guard !path.utf8.contains(0) else { throw .call(operation: "open", errno: EINVAL, context: path) }
        // Not waiting, as for the writer of a pipe.
        let file = Descriptor(
            takingOwnership: try check("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) })
        let raw = file.rawValue
        var status = stat()
        _ = try check("fstat", path) { unsafe fstat(raw, &status) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is no file")
        }
        let size = Int(status.st_size)
        let copy = try SharedMemory(name: "heliograph-copy", size: size, reserve: size)
        var offset = 0
        while offset < size {
            let (target, length) = unsafe (copy.baseAddress + offset, min(size - offset, piece))
            let count = unsafe pread(raw, target, length, offset)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .call(operation: "read", errno: errno, context: path) }
            // It was shortened meanwhile: the rest is zeros.
            guard count > 0 else { break }
            offset += count
        }
        // As long as the file to the byte: whoever reads it judges by that what is missing.
        let exact = try copy.descriptor.duplicate()
        let exactRaw = exact.rawValue
        _ = try check("ftruncate", path) { ftruncate(exactRaw, size) }
        return try SharedMemory(takingOwnership: exact, reserve: 0)
    }
}
