package import Arena
import Glibc
package import Linux
import Logging
import Synchronization
import Telemetry
package import TelemetryMetrics

/// What an instance goes on with, and where it leaves its series: for a successor, and for a start of the machine after this one.
///
/// What goes wrong is logged, and counted once there is a store; a process never ends for it. Thread-safe: one lock is held while an
/// image is written, none of the others while another is.
package final class StateKeeper: Sendable {
    private let directory: StateDirectory?
    /// Where the series lie; nil for an anonymous memory.
    private let live: LiveFile?
    /// Until a store takes them.
    private let start: Mutex<Start>
    private let generation: UInt64
    private let attempts: UInt64
    private let milliseconds: Atomic<Int64>
    private let isEnding = Atomic<Bool>(false)
    private let copied = Atomic<Int>(0)
    private let metrics = Mutex<StateFileMetrics?>(nil)
    /// The reason of the last failure to write, until one succeeds.
    private let failure = Mutex<String?>(nil)
    private let logger: Logger

    private struct Start: ~Copyable {
        var predecessor: ForeignArena?
        var memory: SharedMemory?
        var causes: [SetAsideCause]
    }

    /// Looks for what there is at `places`, beside the memories that the service manager has `kept`.
    ///
    /// - Parameter limit: how many bytes the series may take.
    package init(
        _ places: StatePlaces, kept: [ForeignArena] = [], limit: Int,
        environment: [String: String] = LiveFile.environment
    ) {
        logger = Logger(label: "heliograph.state")
        milliseconds = Atomic(places.interval.wholeNanoseconds / 1_000_000)
        let directory = StateDirectory.opened(places, logger)
        let live = LiveFile.taken(places, directory, limit: limit, environment, logger)
        var finding = StateFinding(directory: directory, live: live, logger: logger)
        let predecessor = finding.choose(kept: kept)
        let memory = live?.memory(logger)
        self.directory = directory
        self.live = memory == nil ? nil : live
        generation = (predecessor?.generation ?? 0) + 1
        attempts = finding.attempts
        start = Mutex(Start(predecessor: predecessor, memory: memory, causes: finding.causes))
    }

    /// A start that was refused in order is no failed attempt.
    deinit { start.withLock { $0.predecessor?.takeBackAttempt() } }

    /// What to go on with, until a store has taken all of it.
    package var predecessor: ForeignArena? { start.withLock { $0.predecessor } }

    /// The memory that series are to lie in: for the one store that asks; nil for an anonymous one.
    package func takeMemory() -> SharedMemory? {
        start.withLock { start in start.memory.take() }
    }

    /// Registers what is said of the state.
    package func register(in store: MetricStore) throws(DefinitionErrors) {
        let made = try StateFileMetrics(store)
        for cause in start.withLock({ $0.causes }) { made.set(aside: cause) }
        if let image = try? directory?.image(), let stamp = image.stamp { made.written(at: stamp) }
        metrics.withLock { $0 = made }
    }

    /// Makes the store, which has all that it takes over, the one that a successor goes on with; returns its generation.
    @discardableResult
    package func keep(_ store: MetricStore) -> UInt64 {
        store.arena.setAttempts(attempts)
        store.arena.complete(generation: generation)
        start.withLock { $0.predecessor = nil }
        do throws(LinuxError) {
            try live?.publish()
        } catch {
            logger.warning("Series will not outlive this process", metadata: ["reason": "\(error)"])
        }
        return generation
    }

    /// Writes what a descriptor holds into the directory, for a look, if there is one.
    package func setAside(_ file: borrowing Descriptor, for refusal: ForeignArena.Refusal, _ name: String) {
        var finding = StateFinding(directory: directory, live: nil, logger: logger)
        finding.setAside(file, UnusableState(cause: SetAsideCause(refusal), reason: "\(refusal)"), name)
        start.withLock { [causes = finding.causes] in $0.causes += causes }
    }
}

// Writing images.
extension StateKeeper {
    /// How often an image is written; zero for only at the end.
    package var interval: Duration {
        get { .milliseconds(milliseconds.load(ordering: .relaxed)) }
        set { milliseconds.store(newValue.wholeNanoseconds / 1_000_000, ordering: .relaxed) }
    }

    /// How many steps the writing of images has made: it grows as long as one gets on.
    package var progress: Int { copied.load(ordering: .relaxed) }

    /// Whether images are written.
    package var writesImages: Bool { directory != nil }

    /// Writes an image at each interval, until the task is cancelled.
    package func run(_ store: MetricStore) async throws {
        var last = ContinuousClock.now
        // Those that are counted in the image that this process began with.
        var hasAttempts = attempts > 0
        while true {
            try await Task.sleep(for: .seconds(1))
            if hasAttempts, store.arena.hasSucceeded {
                failure.withLock { _ in directory?.clearAttempts() }
                hasAttempts = false
            }
            guard interval > .zero, .now - last >= interval else { continue }
            _ = try await DedicatedThread.value(name: "state") { [self] in
                write(store) { !self.isEnding.load(ordering: .relaxed) }
            }
            last = .now
        }
    }

    /// Writes the last image; `isLast` says that nobody records into the store any more.
    ///
    /// It takes as long as it takes, whether the task is cancelled or not.
    package func finish(_ store: MetricStore, isLast: Bool) async {
        isEnding.store(true, ordering: .relaxed)
        // An end in order is no failed attempt.
        store.arena.succeed()
        let body: @Sendable () -> Void = { [self] in
            if write(store, while: { true }), isLast { live?.remove() }
        }
        do {
            try await DedicatedThread.run(name: "state", stop: try WakeUp(), body)
        } catch {
            body()
        }
    }

    /// Writes an image; false where there is none.
    @discardableResult
    package func write(_ store: MetricStore, while goesOn: () -> Bool) -> Bool {
        guard let directory else { return false }
        // Held while it is written: an end waits until an image that is under way is given up.
        return failure.withLock { failure in
            do throws(ImageError) {
                try directory.write(store.arena, store.clock.stamp) {
                    copied.wrappingAdd(1, ordering: .relaxed)
                    return goesOn()
                }
                if failure != nil { logger.info("The state is written again") }
                failure = nil
                metrics.withLock(\.self)?.written()
                return true
            } catch .ended {
                return false
            } catch {
                metrics.withLock(\.self)?.failed()
                let reason = "\(error)"
                if failure != reason {
                    logger.warning(
                        "The state can't be written",
                        metadata: ["path": "\(directory.imagePath)", "reason": "\(reason)"])
                }
                failure = reason
                return false
            }
        }
    }
}
