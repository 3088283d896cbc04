import Glibc
import Testing

/// Writes a file, with those permissions.
func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
    let descriptor = unsafe open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, mode)
    try #require(descriptor >= 0)
    let bytes = Array(text.utf8)
    #expect(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    // Whatever the mask of the process takes away.
    fchmod(descriptor, mode)
    close(descriptor)
}
