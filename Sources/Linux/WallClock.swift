import CLinux
import Glibc

/// The time of day, which somebody may set.
package enum WallClock {
    /// Since the Unix epoch.
    package static var seconds: Double {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
