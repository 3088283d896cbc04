import Glibc
import Systemd

extension Notifier {
    /// Tries again for up to five seconds while a busy manager does not read what it was sent.
    func patiently(_ tell: () throws(SystemdError) -> Void) throws(SystemdError) {
        for _ in 0..<500 {
            do throws(SystemdError) {
                return try tell()
            } catch .notificationFailed(_, EAGAIN) {
                usleep(10_000)
            }
        }
        try tell()
    }
}
