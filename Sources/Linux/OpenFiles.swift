import CLinux
import Glibc

/// The descriptors of this process.
package enum OpenFiles {
    /// How many of the first 1024 descriptors are open, which takes none.
    package static var count: Int {
        let numbers = 0..<Int32(clamping: min(ResourceLimit.openFiles.value ?? 1024, 1024))
        return numbers.count { fcntl($0, F_GETFD) >= 0 }
    }
}
