import Glibc

/// Where the benches of logs send: to journald, or where there is none to a socket that a thread of this process reads.
enum JournalSocket {
    private static let path = "/run/systemd/journal/socket"

    /// Sees to it that somebody is there.
    static func prepare() throws(MeasureError) { try result.get() }

    private static let result = Result { () throws(MeasureError) in
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard unsafe !withAddress({ unsafe connect(descriptor, $0, $1) == 0 }) else {
            close(descriptor)
            return
        }
        unsafe _ = unlink(path)
        unsafe _ = mkdir("/run/systemd", 0o755)
        unsafe _ = mkdir("/run/systemd/journal", 0o755)
        guard unsafe withAddress({ unsafe bind(descriptor, $0, $1) == 0 }) else {
            throw .noJournal(errno: errno)
        }
        atexit { unsafe _ = unlink(JournalSocket.path) }
        try read(descriptor)
        let note = Array("There is no journald: a thread of the benchmark reads its socket.\n".utf8)
        _ = unsafe write(STDERR_FILENO, note, note.count)
    }

    private static func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Starts a thread that reads what comes to a socket, until the process ends.
    private static func read(_ descriptor: Int32) throws(MeasureError) {
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, nil,
            { descriptor in
                var bytes = [UInt8](repeating: 0, count: 1 << 18)
                while unsafe recv(Int32(Int(bitPattern: descriptor)), &bytes, bytes.count, 0) >= 0 {}
                return nil
            }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
        guard result == 0 else { throw .noThread(errno: result) }
    }
}
