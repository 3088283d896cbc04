import CLinux
import Glibc

@testable import Linux

/// A client of a listener; closing is ending its life.
struct SocketClient: ~Copyable {
    private let descriptor: Descriptor

    /// Connects to a Unix stream socket.
    init(path: String) throws {
        let raw = try check("socket") { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
        let socket = Descriptor(takingOwnership: raw)
        let address = try UnixAddress(path)
        _ = try check("connect", path) { unsafe address.withPointer { unsafe connect(raw, $0, $1) } }
        descriptor = socket
    }

    /// Connects to a port of the loopback address.
    init(tcp port: UInt16) throws { try self.init(port, SOCK_STREAM) }

    /// Sends to a port of the loopback address.
    init(udp port: UInt16) throws { try self.init(port, SOCK_DGRAM) }

    private init(_ port: UInt16, _ type: __socket_type) throws {
        let raw = try check("socket") { Glibc.socket(AF_INET, Int32(type.rawValue), 0) }
        let socket = Descriptor(takingOwnership: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        _ = try check("connect") {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        descriptor = socket
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        unsafe _ = Glibc.send(descriptor.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Gives way to other tasks until so many bytes have come or the connection has ended.
    func read(upTo count: Int) async -> String {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var chunk = [UInt8](repeating: 0, count: count - bytes.count)
            let read = unsafe recv(descriptor.rawValue, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            guard read != 0, read > 0 || errno == EAGAIN else { break }
            if read > 0 { bytes += chunk[..<read] } else { await Task.yield() }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Ends what is sent, keeps the connection.
    func finish() {
        _ = shutdown(descriptor.rawValue, Int32(SHUT_WR))
    }
}
