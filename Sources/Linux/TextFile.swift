import Glibc

/// Files for other programs to read, which are replaced in one step.
package enum TextFile {
    /// Puts a file with these bytes, which everybody may read, in the place of what has its name.
    ///
    /// - Throws: where it can't be written; then what was there stays.
    package static func replace(
        _ name: String, in path: String, with bytes: [UInt8]
    ) throws(LinuxError) {
        let directory = try OwnDirectory(path, isMade: false)
        // Tasks and processes that write the same file don't write the same beside it.
        let temporary = ".\(name).\(UInt64.random(in: 0 ... .max))"
        do throws(LinuxError) {
            let file = try directory.make(temporary)
            let raw = file.rawValue
            _ = try check("fchmod", "\(path)/\(temporary)") { fchmod(raw, 0o644) }
            try Descriptor.writeAll(bytes, to: raw)
            _ = try check("fsync", "\(path)/\(temporary)") { fsync(raw) }
            try directory.rename(temporary, to: name)
        } catch {
            directory.remove(temporary)
            throw error
        }
    }
}
