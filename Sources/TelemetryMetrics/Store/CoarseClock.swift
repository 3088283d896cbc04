import Glibc
import Synchronization
import Telemetry

/// The time as the store needs it: cheap to read, right to a few milliseconds, and movable in a test.
///
/// It begins at the machine's time and goes on with the monotonic clock. So setting the machine's time, which happens at
/// each boot without a hardware clock, neither expires series nor empties windows.
public final class CoarseClock: Sendable {
    /// The clock of the machine.
    public static let system = CoarseClock()

    /// Milliseconds since the Unix epoch, or -1 for the machine's clock.
    private let fixed: Atomic<Int64>
    /// The machine's time when the monotonic clock was at zero.
    private let origin = SystemTime.now.wholeMilliseconds &- MonotonicTime.coarseMilliseconds

    /// What `roughMilliseconds` found, below the lower bits of the second that it was found in; 0 for nothing.
    private let rough = Atomic<UInt64>(0)
    /// Enough for milliseconds until the year 2109; what is left for the second begins anew every 48 days.
    private static var roughBits: UInt64 { 42 }

    /// The clock of the machine.
    package init() { fixed = Atomic(-1) }

    /// A clock that stands still until it is moved.
    package init(fixedAt milliseconds: UInt64) { fixed = Atomic(Int64(milliseconds)) }

    /// Milliseconds since the Unix epoch, at the kernel's last tick.
    package var milliseconds: UInt64 {
        let value = fixed.load(ordering: .relaxed)
        return value < 0 ? origin &+ MonotonicTime.coarseMilliseconds : UInt64(value)
    }

    /// The same, right to a second, which is cheaper yet.
    ///
    /// The answer is cached until the wall clock's second changes; its value does not matter, so the clock may be set. (One case
    /// is wrong: a clock that is set back to exactly the second of the last answer, a long time later, repeats that answer.)
    package var roughMilliseconds: UInt64 { roughMilliseconds(in: Int64(time(nil))) }

    @inline(__always)
    func roughMilliseconds(in second: Int64) -> UInt64 {
        let known = rough.load(ordering: .relaxed)
        let bits = Self.roughBits
        guard known >> bits == UInt64(bitPattern: second) & (.max >> bits), known != 0 else {
            return milliseconds(in: second)
        }
        return known & (1 << bits - 1)
    }

    @inline(never)
    private func milliseconds(in second: Int64) -> UInt64 {
        let now = milliseconds
        if fixed.load(ordering: .relaxed) < 0 {
            let bits = Self.roughBits
            rough.store(UInt64(bitPattern: second) << bits | now & (1 << bits - 1), ordering: .relaxed)
        }
        return now
    }

    /// Moves a clock that stands still.
    package func advance(by duration: Duration) {
        fixed.wrappingAdd(Int64(duration.wholeMilliseconds), ordering: .relaxed)
    }
}

extension Duration {
    /// The whole milliseconds, from 0 up to a thousand years: what is longer lasts for ever anyway.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let most: Int64 = 32_000_000_000
        guard seconds < most else { return UInt64(most) * 1000 }
        return UInt64(seconds) * 1000 + UInt64(attoseconds / 1_000_000_000_000_000)
    }
}
