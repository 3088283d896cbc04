extension WebConfiguration {
    /// Reads the section; what is wrong is reported and keeps its default.
    init(reading field: YAMLField) {
        self.init()
        guard let section = YAMLSection<WebKey>(field) else { return }
        section.read(.listenAddresses, into: &listenAddresses, Self.addresses)
        section.read(.telemetryPath, into: &telemetryPath) { $0.text(without: Self.mistake(inPath:)) }
        section.read(.maxRequests, into: &maxRequests) { $0.whole(atLeast: 0) }
    }

    private static func addresses(_ field: YAMLField) -> [ListenAddress]? {
        guard let fields = field.list() else { return nil }
        guard !fields.isEmpty else { return field.failed("needs at least one address") }
        var addresses: [ListenAddress] = []
        var seen: Set<ListenAddress> = []
        for field in fields {
            guard let address = field.listenAddress() else { continue }
            if address.port != 0, !seen.insert(address).inserted {
                field.fail("\(address.description.quoted) appears twice")
            }
            addresses.append(address)
        }
        return addresses
    }

    private static func mistake(inPath path: String) -> String? {
        guard path.hasPrefix("/") else { return "a path begins with /, not \(path.quoted)" }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#%".utf8.contains($0) }) else {
            return
                "\(path.quoted) holds a character that a path can't have: use ASCII without spaces, ?, # and %"
        }
        guard path != "/", !path.hasPrefix("/-/"), path != "/api", !path.hasPrefix("/api/") else {
            return "\(path.quoted) is taken: /, /-/ and /api/ are the service's own"
        }
        return nil
    }
}
