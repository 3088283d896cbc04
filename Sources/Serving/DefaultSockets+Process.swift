package import ConfigurationFile
import Glibc
import Linux

extension DefaultSockets {
    /// Those of a process of this user.
    package static var ofProcess: DefaultSockets {
        var environment: [String: String] = [:]
        for name in ["XDG_RUNTIME_DIR", "RUNTIME_DIRECTORY"] {
            if let directory = unsafe getenv(name) {
                environment[name] = unsafe String(cString: directory)
            }
        }
        return DefaultSockets(uid: getuid(), environment: environment)
    }

    /// Makes the directories for the sockets of a process of this user where they are missing, and returns their paths.
    package static func prepare() -> DefaultSockets {
        let sockets = ofProcess
        make(directoryOf: sockets.statsd, mode: 0o755)
        make(directoryOf: sockets.control, mode: 0o700)
        return sockets
    }

    /// Without the directory, opening the socket says so with its path.
    private static func make(directoryOf path: String?, mode: UInt32) {
        guard let path, let slash = path.lastIndex(of: "/") else { return }
        try? Directory.make(String(path[..<slash]), mode: mode)
    }
}
