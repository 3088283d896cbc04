import Glibc

/// The program that this process runs.
package enum Executable {
    /// What tells it from another build: its size and when its file was written; 0 where the system does not say.
    package static var identity: UInt64 {
        var status = stat()
        guard unsafe stat("/proc/self/exe", &status) == 0 else { return 0 }
        let written = UInt64(
            bitPattern: Int64(status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec))
        return written ^ UInt64(bitPattern: Int64(status.st_size)) << 20
    }
}
