import Bytes
import Glibc
import Linux

/// What the commands print.
enum StandardOutput {
    /// Writes all of `text`; a reader that has gone has seen enough.
    ///
    /// - Throws: `ExitStatus.ioError`, told on standard error, where something can't be written.
    static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws(ExitStatus) {
        do throws(LinuxError) {
            try Descriptor.writeAll(Array(text.harmless.utf8), to: descriptor)
        } catch {
            guard case .call(_, let code, _) = error, code == EPIPE else {
                complain("heliograph: \(error)")
                throw .ioError
            }
        }
    }
}
