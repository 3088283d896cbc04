package import Linux

/// Where the series of an instance are to be, beside the memory of its process.
package struct StatePlaces: Sendable, Equatable {
    /// Where the series lie that a process records into.
    package enum Memory: Sendable, Equatable {
        /// In memory that ends with the process, or that somebody else keeps.
        case anonymous
        /// In a file on a tmpfs, which stays when the process is killed; the name tells instances without a directory apart.
        case file(instance: String?)
    }

    /// The directory of images; nil for none.
    package var directory: String?
    /// The start of the names of its files, for several exporters that share it.
    package var name = "heliograph"
    package var memory = Memory.anonymous
    /// How often an image is written while the process runs; zero for never.
    package var interval = Self.standardInterval

    /// How often an image is written where nobody says it.
    package static let standardInterval = Duration.seconds(300)

    /// Nowhere.
    package init() {}

    /// What tells an instance that listens at these addresses from all others; nil where the kernel chooses the port.
    package static func instance(listeningAt addresses: [ListenAddress]) -> String? {
        guard let address = addresses.first, address.port != 0 else { return nil }
        let host = address.host.utf8.map { byte in
            let isPlain =
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte == UInt8(ascii: ".")
            return isPlain ? byte : UInt8(ascii: "-")
        }
        let prefix = host.isEmpty ? "" : String(decoding: host.prefix(100), as: UTF8.self) + "-"
        return "heliograph-\(prefix)\(address.port)"
    }
}
