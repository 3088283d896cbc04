import CLinux
import Glibc

@testable import Linux

/// A client of a Unix stream socket; closing is ending its life.
struct StreamClient: ~Copyable {
    private let descriptor: Descriptor

    init(path: String) throws {
        let raw = try check("socket") { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
        let socket = Descriptor(takingOwnership: raw)
        let address = try UnixAddress(path)
        _ = try check("connect", path) { unsafe address.withPointer { unsafe connect(raw, $0, $1) } }
        descriptor = socket
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe _ = Glibc.send(descriptor.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Ends what is sent, keeps the connection.
    func finish() {
        _ = shutdown(descriptor.rawValue, Int32(SHUT_WR))
    }
}
