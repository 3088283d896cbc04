import CLinux
import Glibc

/// The descriptors of this process and the limit on their number.
package enum OpenFiles {
    /// How many descriptors may be open, nil for no limit; see getrlimit(2).
    package static var limit: Int? {
        let limit = bounds.rlim_cur
        return limit == rlim_t.max ? nil : Int(clamping: limit)
    }

    /// Raises the limit as far as the process may by itself; answers whether it may open more now.
    @discardableResult
    package static func raiseLimit() -> Bool {
        var bounds = bounds
        guard bounds.rlim_cur < bounds.rlim_max else { return false }
        bounds.rlim_cur = bounds.rlim_max
        return unsafe setrlimit(Self.resource, &bounds) == 0
    }

    /// How many of the first 1024 descriptors are open, which takes none.
    package static var count: Int {
        (0..<Int32(clamping: min(limit ?? 1024, 1024))).count { fcntl($0, F_GETFD) >= 0 }
    }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private static var bounds: rlimit {
        var bounds = rlimit()
        unsafe _ = getrlimit(resource, &bounds)
        return bounds
    }
}
