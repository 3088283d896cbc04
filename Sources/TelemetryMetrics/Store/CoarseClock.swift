package import Arena
import Glibc
import Synchronization
import Telemetry

/// The time as the store needs it: cheap to read, right to a few milliseconds, and movable in a test.
///
/// Expiry and windows read `milliseconds`, which no setting of the wall clock moves. What a page dates is kept as a `moment`
/// and put on the wall clock when the page is written, so that it follows a wall clock that was set.
public final class CoarseClock: Sendable {
    /// The clock of the machine.
    public static let system = CoarseClock()

    /// Where both of the machine's clocks begin, in milliseconds: 69 years.
    ///
    /// So times before this start of the machine, which a successor knows of, are numbers too. Twice as much is the end of what a sliding
    /// window can divide.
    static let origin: UInt64 = 1 << 41

    /// Milliseconds since the start of the monotonic clock, or -1 for the machine's clock.
    private let fixed: Atomic<Int64>
    /// By how many milliseconds a test has moved the wall clock of a clock that stands still.
    private let fixedLead = Atomic<Int64>(0)
    /// The wall clock less the moment at the last `followWallClock`, in milliseconds.
    private let lead = Atomic<Int64>(0)

    /// What `roughMilliseconds` found, below the lower bits of the second that it was found in; 0 for nothing.
    private let rough = Atomic<UInt64>(0)
    /// Enough for the milliseconds of 139 years; what is left for the second begins anew every 48 days.
    private static var roughBits: UInt64 { 42 }
    /// The wall clock is followed where it is off by more than this many milliseconds.
    private static let tolerance: Int64 = 500
    /// Milliseconds that reading the clocks may take, so that they belong together.
    private static let longestReading: UInt64 = 10

    /// The clock of the machine.
    package init() {
        fixed = Atomic(-1)
        lead.store(measuredLead ?? 0, ordering: .relaxed)
    }

    /// A clock that stands still until it is moved; its wall clock shows the same time.
    package init(fixedAt milliseconds: UInt64) { fixed = Atomic(Int64(milliseconds)) }

    /// Milliseconds of the monotonic clock, at the kernel's last tick: what all intervals are measured by.
    package var milliseconds: UInt64 {
        let value = fixed.load(ordering: .relaxed)
        return value < 0 ? MonotonicTime.coarseMilliseconds &+ Self.origin : UInt64(value)
    }

    /// The same, right to a second, which is cheaper yet.
    ///
    /// The answer is cached until the wall clock's second changes; its value does not matter, so the clock may be set. (One case
    /// is wrong: a clock that is set back to exactly the second of the last answer repeats that answer, up to the next sweep.)
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

    /// Has `roughMilliseconds` look at the clock again.
    func forgetRoughTime() { rough.store(0, ordering: .relaxed) }
}

extension CoarseClock {
    /// This moment in milliseconds since the machine started, with those that it was suspended; for `wallMilliseconds`.
    package var moment: UInt64 {
        let value = fixed.load(ordering: .relaxed)
        return value < 0 ? MonotonicTime.millisecondsSinceBoot &+ Self.origin : UInt64(value)
    }

    /// This moment by all clocks, for a successor.
    package var stamp: ImageStamp {
        let moment = moment
        return ImageStamp(
            wall: UInt64(max(wallNow, 0)), lead: lead.load(ordering: .relaxed), moment: moment,
            monotonic: milliseconds)
    }

    /// What the wall clock showed at a moment, in milliseconds since the Unix epoch.
    ///
    /// It goes by how the wall clock was set at the last `followWallClock`; so the answers of one page belong together.
    package func wallMilliseconds(of moment: UInt64) -> UInt64 {
        UInt64(max(Int64(clamping: moment) &+ lead.load(ordering: .relaxed), 0))
    }

    /// Takes over how the wall clock is set, where it is off by more than half a second: for the beginning of a page.
    ///
    /// Otherwise answers stay the same from page to page, since a date that moves by a millisecond is another date.
    package func followWallClock() {
        guard let measured = measuredLead,
            (measured - lead.load(ordering: .relaxed)).magnitude > Self.tolerance.magnitude
        else { return }
        lead.store(measured, ordering: .relaxed)
    }

    /// The wall clock less the moment; nil where no two readings came close enough to one another.
    private var measuredLead: Int64? {
        for _ in 0..<4 {
            let before = moment
            let wall = wallNow
            if moment - before <= Self.longestReading { return wall - Int64(clamping: before) }
        }
        return nil
    }

    private var wallNow: Int64 {
        let value = fixed.load(ordering: .relaxed)
        guard value < 0 else { return value + fixedLead.load(ordering: .relaxed) }
        return Int64(clamping: SystemTime.now.wholeMilliseconds)
    }
}

extension CoarseClock {
    /// Moves a clock that stands still, with its wall clock.
    package func advance(by duration: Duration) {
        fixed.wrappingAdd(Int64(duration.wholeMilliseconds), ordering: .relaxed)
    }

    /// Sets only the wall clock of a clock that stands still, forward or back where `duration` is negative.
    package func setWallClock(forwardBy duration: Duration) {
        fixedLead.wrappingAdd(duration.wholeNanoseconds / 1_000_000, ordering: .relaxed)
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
