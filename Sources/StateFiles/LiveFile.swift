import Arena
import Glibc
import Linux

/// The file on a tmpfs in which the series of a process lie, so that they stay when it is killed.
///
/// A successor writes a file of its own beside it, takes the series over, and puts its file in the place of the old one. Thread-safe.
package final class LiveFile: Sendable {
    private let directory: OwnDirectory
    private let lock: FileLock
    private let name: String

    /// Why there is none.
    struct Unavailable: Error {
        let reason: String
        /// Whether another process has it, so that no other place is right either.
        var isTaken = false
    }

    /// Takes the file called `name` in the first directory that can hold it, where it may grow to `limit` bytes.
    static func take(
        _ name: String, limit: Int, environment: [String: String], user: UInt32
    ) throws(Unavailable) -> LiveFile {
        var reasons: [String] = []
        for place in places(environment, user) {
            do throws(Unavailable) {
                return try LiveFile(name, in: place, limit: limit)
            } catch {
                if error.isTaken { throw error }
                reasons.append(error.reason)
            }
        }
        throw Unavailable(reason: reasons.joined(separator: "; "))
    }

    private init(_ name: String, in place: Place, limit: Int) throws(Unavailable) {
        let opened = try Self.available { () throws(LinuxError) in try Self.directory(of: place) }
        let taken = try Self.available { () throws(LinuxError) in try FileLock("\(name).lock", in: opened) }
        guard let lock = taken else {
            throw Unavailable(reason: "Another process has \(opened.path)/\(name).", isTaken: true)
        }
        // While a successor takes over, both files are there.
        let old = (try? opened.open(name, O_RDONLY).fileSize()) ?? 0
        let free = opened.availableMemory ?? 0
        guard free >= limit - min(old, limit) else {
            throw Unavailable(reason: "\(place.parent) has \(free) free bytes, and series may take \(limit).")
        }
        self.name = name
        self.lock = lock
        directory = opened
    }

    private static func directory(of place: Place) throws(LinuxError) -> OwnDirectory {
        let parent = try OwnDirectory(place.parent, isMade: false)
        guard parent.availableMemory != nil else {
            throw .unreadable(path: place.parent, reason: "it is no tmpfs")
        }
        return try OwnDirectory("\(place.parent)/\(place.name)", isExposed: true)
    }

    private static func available<Result: ~Copyable>(
        _ body: () throws(LinuxError) -> Result
    ) throws(Unavailable) -> Result {
        do throws(LinuxError) {
            return try body()
        } catch {
            throw Unavailable(reason: "\(error)")
        }
    }

    /// A directory that has to be there, and one in it for the user's files.
    struct Place: Equatable {
        let parent: String
        let name: String
    }

    /// What of the environment of the process decides about places.
    package static var environment: [String: String] {
        guard let runtime = unsafe getenv("XDG_RUNTIME_DIR") else { return [:] }
        return unsafe ["XDG_RUNTIME_DIR": String(cString: runtime)]
    }

    /// Where such files may be, the best place first.
    static func places(_ environment: [String: String], _ user: UInt32) -> [Place] {
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
            return [Place(parent: runtime, name: "heliograph-state")]
        }
        return [
            Place(parent: "/run", name: "heliograph-state"),
            Place(parent: "/dev/shm", name: "heliograph-state-\(user)"),
        ]
    }

    var path: String { "\(directory.path)/\(name)" }

    /// The series of the process that had the file before, which has ended.
    func predecessor() throws(UnusableState) -> ForeignArena? { try directory.arena(name) }

    /// The file itself, as it is.
    func opened() throws(LinuxError) -> Descriptor { try directory.open(name, O_RDONLY) }

    /// Gives the file another name, in the place of one that was set aside before; returns its path.
    func setAside() throws(LinuxError) -> String {
        try directory.rename(name, to: "\(name).set-aside")
        return "\(path).set-aside"
    }

    /// The memory of a new file.
    func makeMemory() throws(LinuxError) -> SharedMemory {
        try SharedMemory(
            allocating: try directory.make("\(name).new"), size: 256 << 10, reserve: Arena.largestReservation)
    }

    /// Puts the new file in the place of the old one.
    func publish() throws(LinuxError) { try directory.rename("\(name).new", to: name) }

    /// Removes the file, of which there is an image.
    func remove() { directory.remove(name) }
}
