import Glibc

/// Runs `body` with the path of a new directory, which is removed with the files directly in it.
package func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    var template = Array("/tmp/heliograph-XXXXXX\0".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw TemporaryDirectoryError() }
    let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { removeTree(path) }
    return try await body(path)
}

/// There is no room for a directory.
package struct TemporaryDirectoryError: Error {}

private func removeTree(_ path: String) {
    if let directory = unsafe opendir(path) {
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { unsafe _ = unlink("\(path)/\(name)") }
        }
        unsafe closedir(directory)
    }
    unsafe _ = rmdir(path)
}
