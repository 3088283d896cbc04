package import ConfigurationFile
import Glibc
import Linux

extension DefaultSockets {
    /// Makes the directory for the sockets of a process of this user where it is missing, and returns their paths.
    package static func prepare() -> DefaultSockets {
        var environment: [String: String] = [:]
        if let directory = unsafe getenv("XDG_RUNTIME_DIR") {
            environment["XDG_RUNTIME_DIR"] = unsafe String(cString: directory)
        }
        let sockets = DefaultSockets(uid: getuid(), environment: environment)
        guard let path = sockets.statsd, let slash = path.lastIndex(of: "/") else { return sockets }
        // Without the directory, opening the sockets says so with their paths.
        try? Directory.make(String(path[..<slash]))
        return sockets
    }
}
