import CLinux
import Glibc

/// Files that are read in one piece.
package enum WholeFile {
    /// The contents of the file at `path`, or what standard input (`nil`) gives until its end.
    ///
    /// - Throws: `LinuxError.unreadable` with the path, also for more than `limit` bytes (256 MiB).
    package static func read(_ path: String?, limit: Int = 1 << 28) throws(LinuxError) -> [UInt8] {
        let name = path ?? "standard input"
        do throws(LinuxError) {
            return try contents(of: try opened(path), name, limit)
        } catch {
            guard case .call(_, let code, _) = error else { throw error }
            throw .unreadable(path: name, reason: LinuxError.text(of: code))
        }
    }

    /// The contents of the regular file at `path`: nothing else that may be there is waited for.
    ///
    /// - Throws: `LinuxError.unreadable`, as `read`.
    package static func readRegular(_ path: String, limit: Int) throws(LinuxError) -> [UInt8] {
        do throws(LinuxError) {
            // A FIFO would be opened once somebody writes it.
            let file = try opened(path, O_NONBLOCK | O_NOCTTY)
            var status = stat()
            let raw = file.rawValue
            _ = try check("fstat", path) { unsafe fstat(raw, &status) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .unreadable(path: path, reason: "it is no regular file")
            }
            return try contents(of: file, path, limit)
        } catch {
            guard case .call(_, let code, _) = error else { throw error }
            throw .unreadable(path: path, reason: LinuxError.text(of: code))
        }
    }

    private static func opened(_ path: String?, _ flags: Int32 = 0) throws(LinuxError) -> Descriptor {
        guard let path else {
            return Descriptor(takingOwnership: try check("dup") { clinux_duplicate(STDIN_FILENO) })
        }
        // The kernel would take what is before the zero for the path.
        guard !path.utf8.contains(0) else { throw .call(operation: "open", errno: EINVAL, context: path) }
        return Descriptor(
            takingOwnership: try check("open", path) { unsafe open(path, O_RDONLY | O_CLOEXEC | flags) })
    }

    private static func contents(
        of file: borrowing Descriptor, _ name: String, _ limit: Int
    ) throws(LinuxError) -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            guard let count = try file.read(into: &chunk) else {
                // Standard input may have been made non-blocking by whoever shares it.
                _ = try file.wait(for: POLLIN, until: nil)
                continue
            }
            guard count > 0 else { return contents }
            guard contents.count + count <= limit else {
                throw .unreadable(path: name, reason: "it holds more than \(limit) bytes")
            }
            contents += chunk[..<count]
        }
    }
}
