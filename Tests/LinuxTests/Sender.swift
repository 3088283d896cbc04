import CLinux
import Glibc

@testable import Linux

/// A client socket for tests, connected to a path or a port of the loopback address.
struct Sender: ~Copyable {
    private let descriptor: Descriptor

    init(path: String, type: __socket_type = SOCK_DGRAM) throws {
        let socket = Descriptor(
            takingOwnership: try check("socket") { clinux_socket(AF_UNIX, Int32(type.rawValue)) })
        let raw = socket.rawValue
        let address = try UnixAddress(path)
        _ = try check("connect", path) { unsafe address.withPointer { unsafe Glibc.connect(raw, $0, $1) } }
        descriptor = socket
    }

    init(port: UInt16, ipv6: Bool = false) throws {
        let family = ipv6 ? AF_INET6 : AF_INET
        let socket = Descriptor(
            takingOwnership: try check("socket") { clinux_socket(family, Int32(SOCK_DGRAM.rawValue)) })
        let raw = socket.rawValue
        var v4 = sockaddr_in()
        v4.sin_family = sa_family_t(AF_INET)
        v4.sin_port = port.bigEndian
        v4.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var v6 = sockaddr_in6()
        v6.sin6_family = sa_family_t(AF_INET6)
        v6.sin6_port = port.bigEndian
        v6.sin6_addr = in6addr_loopback
        let result = ipv6 ? Self.connect(raw, &v6) : Self.connect(raw, &v4)
        _ = try check("connect") { result }
        descriptor = socket
    }

    private static func connect<Address>(_ raw: Int32, _ address: inout Address) -> Int32 {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(raw, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        unsafe Glibc.send(descriptor.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }
}
