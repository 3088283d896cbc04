import Arena
import Glibc
import Linux

/// A directory with the image of an instance, and what was set aside.
///
/// Thread-safe. The instance has the first name whose lock is free, so that those that run side by side have one each.
final class StateDirectory: Sendable {
    /// So many files that were set aside are kept.
    static let mostSetAside = 3
    private static let mostInstances = 64

    private let directory: OwnDirectory
    private let lock: FileLock?
    /// The start of the names of its files.
    private let instance: String

    private var imageName: String { "\(instance).state" }
    private var asidePrefix: String { "\(imageName).set-aside-" }

    /// Opens the directory, and takes a name that begins with `name`.
    ///
    /// Where no file can be made there is no lock, and nothing can be written; then the first name counts.
    init(_ path: String, name: String) throws(LinuxError) {
        let opened = try OwnDirectory(path)
        var taken: FileLock?
        var (instance, number) = (name, 0)
        while taken == nil, number < Self.mostInstances {
            instance = number == 0 ? name : "\(name).\(number)"
            do throws(LinuxError) {
                taken = try FileLock("\(instance).lock", in: opened)
            } catch {
                break
            }
            number += 1
        }
        self.instance = taken == nil ? name : instance
        lock = taken
        directory = opened
    }

    /// Where the image is.
    var imagePath: String { "\(directory.path)/\(imageName)" }

    /// What tells the instance from every other one of the machine.
    var identity: String { "\(instance)-\(directory.identity)" }

    /// The image; nil where there is none.
    func image() throws(UnusableState) -> ForeignArena? { try directory.arena(imageName) }

    /// Puts an image of `arena` in the place of the one that there is.
    func write(_ arena: Arena, _ stamp: ImageStamp, while goesOn: () -> Bool) throws(ImageError) {
        try arena.writeImage(imageName, in: directory, stamp, while: goesOn)
    }

    /// Says in the image that the process which went on with it has succeeded.
    func clearAttempts() {
        guard let file = try? directory.open(imageName, O_WRONLY) else { return }
        var none: UInt64 = 0
        _ = unsafe pwrite(file.rawValue, &none, 8, off_t(Arena.attemptsPlace))
    }

    /// Gives the image another name; returns its path.
    func setImageAside(at time: time_t) throws(LinuxError) -> String {
        let name = asideName(at: time)
        try directory.rename(imageName, to: name)
        prune()
        return "\(directory.path)/\(name)"
    }

    /// Writes what the file of a descriptor holds beside the image; returns the path.
    func setAside(_ file: borrowing Descriptor, at time: time_t) throws(LinuxError) -> String {
        let name = asideName(at: time)
        do throws(LinuxError) {
            let size = try file.fileSize()
            var copy = try FileCopy(of: name, in: directory)
            for range in file.dataRanges(upTo: size) {
                for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.chunk) {
                    var bytes: [UInt8] = []
                    try Descriptor.read(
                        file.rawValue, start..<min(start + Self.chunk, range.upperBound), into: &bytes)
                    try copy.write(bytes, at: start)
                }
            }
            try copy.finish(size, as: name, in: directory)
        } catch {
            FileCopy.discard(name, in: directory)
            throw error
        }
        prune()
        return "\(directory.path)/\(name)"
    }

    private static let chunk = 256 << 10

    private func asideName(at time: time_t) -> String {
        let name = "\(asidePrefix)\(Self.text(of: time))"
        // Behind the last one of the same second, of which earlier ones may be gone.
        guard let last = directory.names().filter({ $0.hasPrefix(name) }).max() else { return name }
        let number = (Int(last.dropFirst(name.utf8.count + 1)) ?? 0) + 1
        return "\(name)-\(number < 10 ? "0" : "")\(number)"
    }

    /// In UTC, such as `20261231T235959Z`.
    private static func text(of time: time_t) -> String {
        var time = time
        var parts = unsafe tm()
        unsafe _ = gmtime_r(&time, &parts)
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let base = buffer.baseAddress,
                unsafe strftime(base, buffer.count, "%Y%m%dT%H%M%SZ", &parts) > 0
            else { return "\(time)" }
            return unsafe String(cString: base)
        }
    }

    /// Removes the oldest of those that are too many.
    private func prune() {
        let names = directory.names().filter { $0.hasPrefix(asidePrefix) }.sorted()
        for name in names.dropLast(Self.mostSetAside) { directory.remove(name) }
    }
}

extension OwnDirectory {
    /// The arena in a file; nil where there is no file of that name.
    ///
    /// All of it is read once, so that a broken disk is an error here and no signal later.
    borrowing func arena(_ name: String) throws(UnusableState) -> ForeignArena? {
        let memory: SharedMemory
        do throws(LinuxError) {
            guard let mapped = try mapped(name) else { return nil }
            memory = mapped
        } catch {
            throw UnusableState(cause: .unreadable, reason: "\(error)")
        }
        do throws(ForeignArena.Refusal) {
            return try ForeignArena(memory)
        } catch {
            throw UnusableState(cause: SetAsideCause(error), reason: "\(error)")
        }
    }

    private borrowing func mapped(_ name: String) throws(LinuxError) -> SharedMemory? {
        do throws(LinuxError) {
            let file = try open(name, O_RDWR)
            try Self.readAll(of: file)
            return try SharedMemory(takingOwnership: file, reserve: 0)
        } catch {
            guard case .call("open", let code, _) = error else { throw error }
            if code == ENOENT { return nil }
            guard code == EROFS || code == EACCES else { throw error }
        }
        let file = try open(name, O_RDONLY)
        try Self.readAll(of: file)
        return try SharedMemory(privately: file)
    }

    private static func readAll(of file: borrowing Descriptor) throws(LinuxError) {
        let size = try file.fileSize()
        var bytes: [UInt8] = []
        for range in file.dataRanges(upTo: size) {
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 20) {
                try Descriptor.read(
                    file.rawValue, start..<min(start + 1 << 20, range.upperBound), into: &bytes)
            }
        }
    }
}
