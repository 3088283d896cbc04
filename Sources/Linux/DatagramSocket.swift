import CLinux
import Glibc

/// A non-blocking datagram socket that is bound and ready to receive, over UDP or at a path.
package struct DatagramSocket: ~Copyable, Sendable {
    package let descriptor: Descriptor
    /// The UDP port that is bound, 0 for a Unix socket.
    package let boundPort: UInt16
    /// Datagrams the kernel had dropped before this value took over: not lost on its watch.
    let dropsBefore: UInt32
    private let file: UnixSocketFile?

    /// Binds UDP at a numeric address or name and `port` (0: any free one); an empty host means every address.
    ///
    /// `receiveBuffer` is in bytes; the kernel doubles it, and caps it for a process without privileges.
    package init(host: String, port: UInt16, receiveBuffer: Int? = nil) throws(LinuxError) {
        let type = Int32(SOCK_DGRAM.rawValue)
        let raw = unsafe try InternetAddress.firstBound(host: host, port: port, type: type) {
            family, address, length in
            unsafe Self.bound(family, address, length, host, port)
        }
        self.init(bound: Descriptor(takingOwnership: raw), file: nil, receiveBuffer: receiveBuffer)
    }

    /// Binds a Unix socket at `path` with the permissions of `mode`, replacing the file of a dead process.
    package init(path: String, mode: UInt32 = 0o666, receiveBuffer: Int? = nil) throws(LinuxError) {
        let type = Int32(SOCK_DGRAM.rawValue)
        let descriptor = Descriptor(
            takingOwnership: try check("socket", path) { clinux_socket(AF_UNIX, type) })
        let file = try UnixSocketFile(binding: descriptor, type: type, path: path, mode: mode)
        self.init(bound: descriptor, file: file, receiveBuffer: receiveBuffer)
    }

    /// Adopts a bound socket from the service manager or a predecessor; throws unless it is a datagram socket.
    package init(
        takingOwnership descriptor: consuming Descriptor, receiveBuffer: Int? = nil
    ) throws(LinuxError) {
        try descriptor.requireSocket(Int32(SOCK_DGRAM.rawValue), "datagram socket", listening: false)
        self.init(bound: descriptor, file: nil, receiveBuffer: receiveBuffer)
    }

    private init(
        bound descriptor: consuming Descriptor, file: consuming UnixSocketFile?, receiveBuffer: Int?
    ) {
        descriptor.setOption(SOL_SOCKET, SO_RXQ_OVFL, 1)
        if let receiveBuffer { descriptor.setReceiveBuffer(receiveBuffer) }
        boundPort = SocketAddress(boundTo: descriptor.rawValue)?.port ?? 0
        dropsBefore = Self.drops(of: descriptor)
        self.file = file
        self.descriptor = descriptor
    }

    /// Bytes the kernel buffers, its own bookkeeping included.
    package var receiveBuffer: Int { Int(descriptor.option(SOL_SOCKET, SO_RCVBUF) ?? 0) }

    /// Datagrams the kernel dropped since the socket exists, modulo 2^32.
    package var kernelDrops: UInt32 { Self.drops(of: descriptor) }

    /// The kernel's number of the socket, which stays the same from process to process; 0 where the kernel has none.
    package var cookie: UInt64 {
        var value: UInt64 = 0
        var length = socklen_t(MemoryLayout<UInt64>.size)
        guard unsafe getsockopt(descriptor.rawValue, SOL_SOCKET, SO_COOKIE, &value, &length) == 0
        else { return 0 }
        return value
    }

    private static func drops(of descriptor: borrowing Descriptor) -> UInt32 {
        var values = [UInt32](repeating: 0, count: Int(CLINUX_MEMINFO_COUNT))
        var length = socklen_t(values.count * MemoryLayout<UInt32>.size)
        guard unsafe getsockopt(descriptor.rawValue, SOL_SOCKET, CLINUX_SO_MEMINFO, &values, &length) == 0
        else { return 0 }
        return values[Int(CLINUX_MEMINFO_DROPS)]
    }

    private static func bound(
        _ family: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t,
        _ host: String, _ port: UInt16
    ) -> Result<Int32, LinuxError> {
        let raw = clinux_socket(family, Int32(SOCK_DGRAM.rawValue))
        guard raw >= 0 else {
            return .failure(.call(operation: "socket", errno: errno, context: host))
        }
        let descriptor = Descriptor(takingOwnership: raw)
        guard unsafe bind(raw, address, length) == 0 else {
            return .failure(bindError(errno, host, port))
        }
        return .success(descriptor.release())
    }

    private static func bindError(_ code: Int32, _ host: String, _ port: UInt16) -> LinuxError {
        code == EADDRINUSE
            ? .portInUse(host: host, port: port)
            : .unusableHost(host: host, port: port, reason: LinuxError.text(of: code))
    }
}
