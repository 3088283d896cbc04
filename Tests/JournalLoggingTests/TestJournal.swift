import Glibc

/// A stand-in for journald: a datagram socket in a folder of its own, gone with this.
final class TestJournal {
    let path: String
    private let folder: String
    private(set) var descriptor: Int32 = -1

    /// Listens at once, unless it is absent.
    init(isAbsent: Bool = false) {
        var template = Array("/tmp/heliograph-XXXXXX".utf8CString)
        _ = unsafe mkdtemp(&template)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = "\(folder)/socket"
        if !isAbsent { start() }
    }

    deinit {
        stop()
        _ = unsafe rmdir(folder)
    }

    func start() {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    func stop() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        _ = unsafe unlink(path)
    }

    /// The fields of the next entry.
    func nextEntry() -> [String]? { JournalLoggingTests.nextEntry(of: descriptor) }

    /// The message of the next entry.
    func nextMessage() -> String? { JournalLoggingTests.nextMessage(of: descriptor) }
}

/// The fields of the next entry that comes to a socket, within a minute; nil for anything else.
func nextEntry(of descriptor: Int32) -> [String]? {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&request, 1, 60_000) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? fields(in: Array(bytes[..<count])) : nil
}

/// The message of that entry.
func nextMessage(of descriptor: Int32) -> String? {
    nextEntry(of: descriptor)?.first { $0.hasPrefix("MESSAGE=") }.map { String($0.dropFirst(8)) }
}
