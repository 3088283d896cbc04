import CLinux
import Glibc

@testable import Linux

/// A client that sends to a port of the loopback address.
struct UDPSender: ~Copyable {
    private let descriptor: Descriptor

    init(port: UInt16) throws {
        let type = Int32(SOCK_DGRAM.rawValue)
        let socket = Descriptor(takingOwnership: try check("socket") { clinux_socket(AF_INET, type) })
        let raw = socket.rawValue
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

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe _ = Glibc.send(descriptor.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
