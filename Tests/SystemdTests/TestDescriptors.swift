import Glibc

/// A pipe for one test; both ends are closed with it.
final class TestPipe {
    let readEnd: Int32
    let writeEnd: Int32

    init(isNonBlocking: Bool = false) {
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        readEnd = ends[0]
        writeEnd = ends[1]
        if isNonBlocking { _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Reads this many bytes, or fewer at the end of the stream or when nothing more comes for a minute.
    func read(_ count: Int, patience milliseconds: Int32 = 60_000) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count, isReadable(within: milliseconds) {
            let result = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(readEnd, buffer.baseAddress?.advanced(by: filled), count - filled)
            }
            guard result > 0 else { break }
            filled += result
        }
        return Array(bytes[..<filled])
    }

    /// Reads what is there without waiting for more and returns how much that was.
    func drain() -> Int {
        read(10_000_000, patience: 0).count
    }

    private func isReadable(within milliseconds: Int32) -> Bool {
        var request = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&request, 1, milliseconds) > 0
    }

    func readText(_ count: Int) -> String {
        String(decoding: read(count), as: UTF8.self)
    }
}

/// A socket of this family and type, listening if asked to, on a loopback or unnamed address.
func testSocket(_ family: Int32, _ type: __socket_type, isListening: Bool = false) -> Int32 {
    let descriptor = socket(family, Int32(type.rawValue), 0)
    if isListening { listen(descriptor, 1) }
    return descriptor
}

/// Runs `body` with the path of a folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    var template = Array("/tmp/heliograph-XXXXXX".utf8CString)
    _ = unsafe mkdtemp(&template)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { _ = unsafe rmdir(path) }
    return try body(path)
}

/// A datagram socket bound to a Unix path, or to the abstract name behind a zero.
func boundDatagramSocket(path: String) -> Int32 {
    let descriptor = testSocket(AF_UNIX, SOCK_DGRAM)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            let length = path.hasPrefix("\0") ? 2 + path.utf8.count : MemoryLayout<sockaddr_un>.size
            _ = unsafe bind(descriptor, generic, socklen_t(length))
        }
    }
    return descriptor
}

/// The datagram that has arrived as text, or nothing.
func receiveText(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}

func remove(path: String) {
    _ = unsafe unlink(path)
}

/// Sets or removes a variable of this process's environment: for the process of an exit test only.
func setVariable(_ name: String, _ value: String?) {
    if let value {
        _ = unsafe setenv(name, value, 1)
    } else {
        _ = unsafe unsetenv(name)
    }
}

func hasVariable(_ name: String) -> Bool {
    unsafe getenv(name) != nil
}

/// The descriptor that came with the next datagram.
func receiveDescriptor(_ socket: Int32) -> Int32? {
    // A cmsghdr, of 16 bytes, and the descriptor behind it.
    var control = [UInt64](repeating: 0, count: 3)
    let size = unsafe control.withUnsafeMutableBytes { buffer in
        var message = unsafe msghdr()
        unsafe message.msg_control = buffer.baseAddress
        unsafe message.msg_controllen = buffer.count
        return unsafe recvmsg(socket, &message, Int32(MSG_DONTWAIT)) >= 0 ? message.msg_controllen : 0
    }
    return size == 0 ? nil : Int32(truncatingIfNeeded: control[2])
}
