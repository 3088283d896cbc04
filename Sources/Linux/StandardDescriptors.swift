import CLinux
import Glibc

/// Standard input, output and error.
package enum StandardDescriptors {
    /// Opens those that are closed on `/dev/null`, so that no other file gets one of their numbers; for the start of `main`.
    package static func openAll() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The kernel gives the lowest number that is free, which is this one.
            if unsafe open("/dev/null", O_RDWR) >= 0 { continue }
            // Without a /dev: what can't be written to, but holds the number.
            unsafe _ = open("/", O_RDONLY)
        }
    }
}
