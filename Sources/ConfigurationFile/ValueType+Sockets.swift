import ConfigurationKeys
import Bytes
import Linux

extension ValueType<ListenAddress> {
    /// A host and a port.
    static var address: Self { address { text throws(ListenAddressError) in try ListenAddress(text) } }

    /// A host and a port, or the path of a Unix socket.
    static var streamAddress: Self {
        address { text throws(ListenAddressError) in try ListenAddress(stream: text) }
    }

    private static func address(
        _ parse: @escaping @Sendable (String) throws(ListenAddressError) -> ListenAddress
    ) -> Self {
        Self("address", text: { $0.inYAML }) { field in
            guard let text = field.text() else { return nil }
            do throws(ListenAddressError) {
                return try parse(text)
            } catch {
                return field.failed(error.description)
            }
        }
    }
}

extension ValueType<[ListenAddress]> {
    /// At least one, each once.
    static var addresses: Self {
        let text: @Sendable (Value) -> String? = { "[\($0.map(\.inYAML).joined(separator: ", "))]" }
        return Self("list of addresses", placeholder: "address", form: .list, text: text) { field in
            guard let fields = field.list() else { return nil }
            guard !fields.isEmpty else { return field.failed("needs at least one address") }
            var addresses: [ListenAddress] = []
            var seen: Set<ListenAddress> = []
            for field in fields {
                guard let address = ValueType<ListenAddress>.streamAddress.read(field) else { continue }
                if !seen.claim(address) { field.fail("\(address.description.quoted) appears twice") }
                addresses.append(address)
            }
            return addresses
        }
    }
}

extension ListenAddress {
    /// In quotes where YAML would take its colon or bracket for its own.
    fileprivate var inYAML: String {
        let text = description
        return text.hasPrefix(":") || text.hasPrefix("[") ? "\"\(text)\"" : text
    }
}

extension ValueType<UInt32> {
    /// Permission bits in octal, such as `"0660"`.
    static var mode: Self {
        Self("octal mode", text: { "\"0\(String($0, radix: 8))\"" }) { field in
            guard let text = field.text() else { return nil }
            guard (3...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit),
                let mode = UInt32(text, radix: 8), mode <= 0o777
            else {
                return field.failed(
                    "needs an octal mode from 000 to 0777 such as \"0660\", not \(text.quoted)")
            }
            return mode
        }
    }
}
