import Glibc

/// Runs `body` with the path of a new directory in `root`, which is removed with all that is in it.
package func withTemporaryDirectory<Result>(
    in root: String = "/tmp", _ body: (String) async throws -> Result
) async throws -> Result {
    var template = Array("\(root)/heliograph-XXXXXX\0".utf8CString)
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
            guard name != ".", name != ".." else { continue }
            // A directory is not unlinked, and a link not followed.
            if unsafe unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
        }
        unsafe closedir(directory)
    }
    unsafe _ = rmdir(path)
}
