import CLinux
import Glibc

/// The lock of a file, which one process holds at a time: until the value ends, or the process does.
///
/// Programs that the process starts don't inherit it, as the descriptor is closed on exec.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Takes the lock of the file called `name`, which is made where it is missing; nil where another process has it.
    package init?(_ name: String, in directory: borrowing OwnDirectory) throws(LinuxError) {
        let file = try directory.open(name, O_RDWR | O_CREAT)
        let raw = file.rawValue
        do throws(LinuxError) {
            _ = try check("flock", "\(directory.path)/\(name)") { clinux_lock_exclusively(raw) }
        } catch {
            if case .call(_, EWOULDBLOCK, _) = error { return nil }
            throw error
        }
        descriptor = file
    }
}
