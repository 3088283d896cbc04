import Bytes
package import ConfigurationKeys
import Linux

/// A file that the web configuration file names, with the contents that it had at one reading.
package struct NamedFile: Sendable, Equatable {
    /// Where it is.
    package let path: String
    /// What it holds.
    package let bytes: [UInt8]

    static let longest = 1 << 20
}

extension ValueType<NamedFile> {
    /// The name of a file; relative ones begin in the folder of the file that names it.
    package static var file: Self {
        Self("file name", text: { $0.path }) { $0.file() }
    }

    /// The same of a file that only its user should be able to read.
    package static var secretFile: Self {
        Self("file name", text: { $0.path }) { field in
            guard let file = field.file() else { return nil }
            if FileStamp(file.path)?.isReadableByAll == true {
                field.warn("\(file.path.quoted) can be read by all users; chmod o-r takes that away")
            }
            return file
        }
    }
}

extension YAMLField {
    fileprivate func file() -> NamedFile? {
        guard let name = text() else { return nil }
        guard !name.isEmpty else { return failed("needs the name of a file") }
        guard let path = reading.names.path(of: name) else {
            return failed(
                "\(name.quoted) is a credential, but systemd has passed none: $CREDENTIALS_DIRECTORY is not set"
            )
        }
        reading.note(file: path)
        if let stamp = FileStamp(path), !stamp.isRegular { return failed("\(path.quoted) is not a file") }
        do throws(LinuxError) {
            return NamedFile(path: path, bytes: try WholeFile.readRegular(path, limit: NamedFile.longest))
        } catch {
            guard case .unreadable(_, let reason) = error else { return failed("\(error)") }
            return failed("\(path.quoted) can't be read: \(reason)")
        }
    }
}
