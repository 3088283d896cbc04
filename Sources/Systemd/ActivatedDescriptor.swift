import Glibc

/// A descriptor that the service manager passed: a socket it listens on, or one kept in its descriptor store.
package struct ActivatedDescriptor: Sendable, Equatable {
    /// What the descriptor can be used for.
    package enum Kind: Sendable, Equatable {
        case streamListener
        case datagram
        /// Not a listening stream socket nor a datagram socket: a stored memory file, for one.
        case other
    }

    /// The address family of a socket.
    package enum Family: Sendable, Equatable {
        case unix
        case ipv4
        case ipv6
        case none
    }

    /// `FileDescriptorName=` of the socket unit, or the `FDNAME` it was stored under.
    package let name: String
    /// Open, close-on-exec, and the receiver's to close.
    package let descriptor: Int32
    package let kind: Kind
    package let family: Family

    /// Asks the kernel what the descriptor is.
    package init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
        kind = Self.kind(of: descriptor)
        family = Self.family(of: descriptor)
    }

    private static func kind(of descriptor: Int32) -> Kind {
        switch socketOption(SO_TYPE, of: descriptor) {
        case Int32(SOCK_DGRAM.rawValue): .datagram
        case Int32(SOCK_STREAM.rawValue) where socketOption(SO_ACCEPTCONN, of: descriptor) == 1:
            .streamListener
        default: .other
        }
    }

    private static func family(of descriptor: Int32) -> Family {
        switch socketOption(SO_DOMAIN, of: descriptor) {
        case AF_UNIX: .unix
        case AF_INET: .ipv4
        case AF_INET6: .ipv6
        default: .none
        }
    }
}

private func socketOption(_ option: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 else { return nil }
    return value
}
