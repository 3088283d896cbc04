import Arena
import Glibc
import Linux
import LogTelemetry
import Logging

/// Looking for the state to go on with, and putting what can't be used where it does no harm.
struct StateFinding: ~Copyable {
    private let directory: StateDirectory?
    private let live: LiveFile?
    private let logger: Logger
    /// How many processes in a row, this one among them, went on with what was chosen and have not succeeded.
    private(set) var attempts: UInt64 = 0
    /// So many may; the next one begins anew.
    private static let mostAttempts: UInt64 = 3
    /// Why states were set aside.
    private(set) var causes: [SetAsideCause] = []

    init(directory: StateDirectory?, live: LiveFile?, logger: Logger) {
        self.directory = directory
        self.live = live
        self.logger = logger
    }

    /// The state to go on with, if there is one.
    mutating func choose(kept: [ForeignArena]) -> ForeignArena? {
        let states: [(StateChoice.Place, ForeignArena?)] = [
            (.kept, kept.max { $0.generation < $1.generation }), (.live, liveState()), (.image, image()),
        ]
        let found = states.compactMap { state in state.1.map { (state.0, $0) } }
        let choice = StateChoice(found.map { StateChoice.Candidate($0.0, $0.1) })
        if let place = choice.setAside {
            setAside(place, UnusableState(cause: .otherHistory, reason: "it is of another history"))
        }
        guard let chosen = found.first(where: { $0.0 == choice.chosen }) else { return nil }
        attempts = chosen.1.countAttempt()
        guard attempts <= Self.mostAttempts else {
            attempts = 0
            setAside(
                chosen.0, chosen.1,
                UnusableState(
                    cause: .crashLoop,
                    reason: "\(Self.mostAttempts) processes in a row ended before they had applied an input "
                        + "or answered a scrape"))
            if chosen.0 != .image, found.contains(where: { $0.0 == .image }) {
                // Otherwise it would come back before what is counted from now on.
                setAside(.image, UnusableState(cause: .crashLoop, reason: "it is of the same history"))
            }
            return nil
        }
        logger.info(
            "Going on with the series of a process before",
            metadata: [
                "from": "\(chosen.0.rawValue)", "generation": "\(chosen.1.generation)",
            ])
        return chosen.1
    }

    private mutating func image() -> ForeignArena? {
        do throws(UnusableState) {
            return try directory?.image()
        } catch {
            setAside(.image, error)
            return nil
        }
    }

    private mutating func liveState() -> ForeignArena? {
        do throws(UnusableState) {
            return try live?.predecessor()
        } catch {
            setAside(.live, error)
            return nil
        }
    }

    private mutating func setAside(
        _ place: StateChoice.Place, _ arena: ForeignArena, _ state: UnusableState
    ) {
        guard place == .kept else { return setAside(place, state) }
        guard let file = arena.duplicateDescriptor() else { return }
        setAside(file, state, "the memory in the service manager's keeping")
    }

    private mutating func setAside(_ place: StateChoice.Place, _ state: UnusableState) {
        switch place {
        case .kept: break
        case .image:
            guard let directory else { return }
            note(state, of: directory.imagePath) { () throws(LinuxError) in
                try directory.setImageAside(at: time(nil))
            }
        case .live:
            guard let live else { return }
            guard directory != nil, let file = try? live.opened() else {
                return note(state, of: live.path) { () throws(LinuxError) in try live.setAside() }
            }
            setAside(file, state, live.path)
        }
    }

    /// Writes what a descriptor holds into the directory, if there is one.
    mutating func setAside(_ file: borrowing Descriptor, _ state: UnusableState, _ name: String) {
        guard let directory else {
            note(state, of: name) { () throws(LinuxError) in nil }
            return
        }
        do throws(LinuxError) {
            let path = try directory.setAside(file, at: time(nil))
            note(state, of: name) { () throws(LinuxError) in path }
        } catch {
            note(state, of: name) { [error] () throws(LinuxError) in throw error }
        }
    }

    /// Logs and counts a state that can't be used; `move` brings it where it is kept, and says where that is.
    private mutating func note(
        _ state: UnusableState, of name: String, _ move: () throws(LinuxError) -> String?
    ) {
        causes.append(state.cause)
        var metadata: Logger.Metadata = [
            "state": "\(name)", "cause": "\(state.cause.rawValue)", "reason": "\(state.reason)",
        ]
        do throws(LinuxError) {
            metadata["kept"] = try move().map { "\($0)" }
        } catch {
            metadata["failure"] = "\(error)"
        }
        logger.warning(
            "A state can't be used, and is set aside", metadata: LogMessage.stateSetAside.metadata(metadata))
    }
}

extension StateDirectory {
    /// The directory; nil where there is to be none, and where it can't be used.
    static func opened(_ places: StatePlaces, _ logger: Logger) -> StateDirectory? {
        guard let path = places.directory else { return nil }
        do throws(LinuxError) {
            return try StateDirectory(path, name: places.name)
        } catch {
            logger.warning(
                "The state directory can't be used", metadata: ["path": "\(path)", "reason": "\(error)"])
            return nil
        }
    }
}

extension LiveFile {
    /// The file; nil where there is to be none, and where it can't be had.
    static func taken(
        _ places: StatePlaces, _ directory: StateDirectory?, limit: Int, _ environment: [String: String],
        _ logger: Logger
    ) -> LiveFile? {
        guard case .file(let instance) = places.memory, let name = directory?.identity ?? instance else {
            return nil
        }
        do throws(Unavailable) {
            return try LiveFile.take(name, limit: limit, environment: environment, user: geteuid())
        } catch {
            logger.notice("Series will not outlive a crash", metadata: ["reason": "\(error.reason)"])
            return nil
        }
    }

    /// The memory of a new file; nil where there is none to be had.
    func memory(_ logger: Logger) -> SharedMemory? {
        do throws(LinuxError) {
            return try makeMemory()
        } catch {
            logger.notice("Series will not outlive a crash", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}
