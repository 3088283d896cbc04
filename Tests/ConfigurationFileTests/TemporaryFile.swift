import Glibc
import Testing

/// A file of its own in a fresh directory, removed with it when the body ends.
func withTemporaryFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    var template = Array("/tmp/configuration-XXXXXX".utf8CString)
    try #require(unsafe mkdtemp(&template) != nil)
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = "\(directory)/heliograph.yml"
    defer {
        unsafe unlink(path)
        unsafe rmdir(directory)
    }
    let descriptor = unsafe open(path, O_CREAT | O_WRONLY | O_EXCL, 0o600)
    let written = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    try #require(written == bytes.count)
    try body(path)
}
