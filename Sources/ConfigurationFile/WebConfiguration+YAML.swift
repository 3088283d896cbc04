import Bytes
import Linux

extension WebConfiguration {
    /// Reads the section; what is wrong is reported and keeps its default.
    init(reading field: YAMLField) {
        self.init()
        guard let section = YAMLSection<WebKey>(field) else { return }
        section.read(.listenAddresses, into: &listenAddresses, Self.addresses)
        section.read(.telemetryPath, into: &telemetryPath) { $0.text(without: TelemetryPath.mistake(in:)) }
        section.read(.maxRequests, into: &maxRequests) { $0.whole(atLeast: 0) }
        section.read(.maxResponseMemory, into: &maxResponseMemory) { $0.size() }
    }

    private static func addresses(_ field: YAMLField) -> [ListenAddress]? {
        guard let fields = field.list() else { return nil }
        guard !fields.isEmpty else { return field.failed("needs at least one address") }
        var addresses: [ListenAddress] = []
        var seen: Set<ListenAddress> = []
        for field in fields {
            guard let address = field.listenAddress() else { continue }
            if !seen.claim(address) {
                field.fail("\(address.description.quoted) appears twice")
            }
            addresses.append(address)
        }
        return addresses
    }
}
