import Glibc
import Linux

/// A server for tests on a port of 127.0.0.1 that the kernel chose; it waits at most a minute for anything.
struct LoopbackServer: ~Copyable {
    private let descriptor: Descriptor
    let port: UInt16

    /// One that does not listen refuses every connection.
    init(listening: Bool) throws {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let bound = Descriptor(takingOwnership: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(raw, $0, length) == 0 && getsockname(raw, $0, &length) == 0
            }
        }
        // Accepted connections inherit the timeout.
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard isBound, unsafe setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &timeout, size) == 0,
            !listening || listen(raw, 4) == 0
        else { throw LoopbackError(errno: errno) }
        descriptor = bound
        port = UInt16(bigEndian: address.sin_port)
    }

    func accept() throws -> Peer {
        let raw = Glibc.accept(descriptor.rawValue, nil, nil)
        guard raw >= 0 else { throw LoopbackError(errno: errno) }
        return Peer(descriptor: Descriptor(takingOwnership: raw))
    }

    /// The client of one connection.
    struct Peer: ~Copyable {
        let descriptor: Descriptor

        /// What the client sent, up to the first empty line.
        func request() throws -> String {
            var request: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard let count = try descriptor.read(into: &chunk), count > 0 else { break }
                request += chunk[..<count]
            }
            return String(decoding: request, as: UTF8.self)
        }

        func send(_ text: String) {
            _ = unsafe Glibc.send(descriptor.rawValue, text, text.utf8.count, Int32(MSG_NOSIGNAL))
        }

        func endSending() {
            shutdown(descriptor.rawValue, Int32(SHUT_WR))
        }
    }
}

struct LoopbackError: Error {
    let errno: Int32
}
