import Bytes
import Glibc
import Linux

/// What the commands print.
enum StandardOutput {
    /// Writes all of `text`; a reader that has gone has seen enough.
    ///
    /// - Throws: `ExitStatus.ioError`, told on standard error, where something can't be written.
    static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws(ExitStatus) {
        _ = try write(bytes: Array(text.harmless.utf8), to: descriptor)
    }

    /// Writes bytes that steer no terminal but where they are meant to; false where the reader has gone.
    ///
    /// - Throws: `ExitStatus.ioError`, told on standard error, where something can't be written.
    static func write(bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) throws(ExitStatus) -> Bool {
        do throws(LinuxError) {
            try Descriptor.writeAll(bytes, to: descriptor)
            return true
        } catch {
            if case .call(_, EPIPE, _) = error { return false }
            complain("heliograph: \(error)")
            throw .ioError
        }
    }
}
