import CLinux
import Glibc

/// What systemd passes a service with `LoadCredential=`.
package enum Credentials {
    /// The directory of the files, if there are some.
    package static var directory: String? {
        guard let path = unsafe getenv("CREDENTIALS_DIRECTORY") else { return nil }
        return unsafe String(cString: path)
    }
}
