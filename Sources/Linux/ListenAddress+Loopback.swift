import Glibc

extension ListenAddress {
    /// What to listen on: for `localhost` its IPv4 and its IPv6 address, since clients take either for it.
    package var loopbacks: [ListenAddress] {
        guard host.lowercased() == "localhost" else { return [self] }
        return [ListenAddress(host: "127.0.0.1", port: port), ListenAddress(host: "::1", port: port)]
    }

    /// Opens each of `loopbacks` that this machine has, all on one port.
    ///
    /// - Parameter missing: told of an address that the machine hasn't, as one without IPv6.
    /// - Throws: what `open` throws for another reason, or for the last address where the machine has none.
    package func openLoopbacks<Socket>(
        missing: (ListenAddress) -> Void, port: (Socket) -> UInt16,
        open: (ListenAddress) throws(LinuxError) -> Socket
    ) throws(LinuxError) -> [Socket] {
        var sockets: [Socket] = []
        var failures: [LinuxError] = []
        for address in loopbacks {
            // Where the kernel chose the port of the first, the second has to follow.
            let bound = sockets.first.map(port) ?? address.port
            do throws(LinuxError) {
                sockets.append(try open(ListenAddress(host: address.host, port: bound)))
            } catch  where error.isMissingAddress {
                missing(address)
                failures.append(error)
            }
        }
        guard sockets.isEmpty, let failure = failures.first else { return sockets }
        throw failure
    }
}

extension LinuxError {
    /// Whether the machine has no such address, or none of its family.
    var isMissingAddress: Bool {
        switch self {
        case .call(_, let code, _): code == EADDRNOTAVAIL || code == EAFNOSUPPORT
        case .unusableHost(_, _, let reason):
            [EADDRNOTAVAIL, EAFNOSUPPORT].contains { reason == LinuxError.text(of: $0) }
        default: false
        }
    }
}
