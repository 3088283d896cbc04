import Arena

/// What times of a predecessor are on the clocks of this process.
///
/// The memory of a process is of this start of the machine, and so are its times. An image may be of another one; then
/// `_created` and the times of exemplars stay the same by the wall clock, as pages showed it when the image was written. How long a
/// series was not updated goes on from there. The time between the writing of the image and now counts too, measured by the clock that
/// goes on while the machine sleeps; by the wall clock for another start of the machine, where that is plausible.
struct TimeTranslation: Sendable {
    /// Is added to moments.
    private let shift: Int64
    /// The latest moment that a predecessor can have noted.
    private let latest: UInt64
    private let isOfThisBoot: Bool
    /// When the image was written, on its own monotonic clock; nil for a memory.
    private let written: UInt64?
    /// Milliseconds since then.
    private let pause: UInt64
    /// The monotonic clock of this process.
    private let now: UInt64

    /// A wall clock that went on by more between two starts was wrong at one of them: ten years, in milliseconds.
    private static let longestPause: UInt64 = 315_576_000_000
    /// What is left of a series' lifetime at least, in milliseconds, so that senders which started with this process find it.
    private static let leastRest: UInt64 = 60_000

    init(from arena: ForeignArena, to clock: CoarseClock) {
        let here = clock.stamp
        latest = here.moment
        now = here.monotonic
        isOfThisBoot = arena.isOfThisBoot
        written = arena.stamp?.monotonic
        guard let stamp = arena.stamp else {
            (shift, pause) = (0, 0)
            return
        }
        shift = isOfThisBoot ? 0 : stamp.lead &- here.lead
        let (from, to) = isOfThisBoot ? (stamp.moment, here.moment) : (stamp.wall, here.wall)
        let passed = to > from ? to - from : 0
        pause = passed > Self.longestPause ? 0 : passed
    }

    /// A moment, which is not after this one; 0 stands for none.
    func translated(_ moment: UInt64) -> UInt64 {
        guard moment != 0 else { return 0 }
        let (sum, overflow) = Int64(clamping: moment).addingReportingOverflow(shift)
        return overflow ? latest : UInt64(clamping: max(sum, 1)).clamped(to: latest)
    }

    func translated(_ state: SeriesState) -> SeriesState {
        var state = state
        state.exemplars = state.exemplars.map { exemplar in
            exemplar.map { $0.dated(translated($0.milliseconds)) }
        }
        switch state.value {
        case .native(var native):
            native.reset = translated(native.reset)
            state.value = .native(native)
        case .summary(var summary) where !isOfThisBoot:
            // Slices are numbered by a clock that began anew.
            summary.window = []
            state.value = .summary(summary)
        default: break
        }
        return state
    }

    /// Since when a series was not updated, on the clock of this process; nil where it was lately, or where its clock is not known.
    ///
    /// - Parameter lifetime: how long it may be so; nil for ever.
    func idleSince(_ since: UInt64?, lifetime: UInt64?) -> UInt64? {
        guard let written else {
            // A process may follow after hours: what would go at once has some time too, where it lives longer than that.
            let most = lifetime.map { $0 > Self.leastRest ? $0 - Self.leastRest : $0 } ?? .max
            return since.map { now - min(now - min($0, now), most) }
        }
        let most = lifetime.map { $0 > Self.leastRest ? $0 - Self.leastRest : 0 } ?? .max
        let before = since.map { written > $0 ? written - $0 : 0 } ?? 0
        let age = min(before.addingReportingOverflow(pause).partialValue, most, now)
        return now - age
    }
}

extension UInt64 {
    fileprivate func clamped(to most: UInt64) -> UInt64 { Swift.min(self, most) }
}

extension Exemplar {
    /// The same at another moment.
    fileprivate func dated(_ moment: UInt64) -> Exemplar {
        Exemplar(
            value: value, milliseconds: moment, traceHigh: traceHigh, traceLow: traceLow, spanID: spanID)
    }
}
