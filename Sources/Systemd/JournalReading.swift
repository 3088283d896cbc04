/// An entry that was read from the journal.
package struct JournalReading: Sendable, Equatable {
    /// A field; names may come more than once.
    package struct Field: Sendable, Equatable {
        /// As journald has it; those that it added itself begin with `_`.
        package let name: String
        /// Any bytes.
        package let value: [UInt8]

        /// A field from its parts.
        package init(name: String, value: [UInt8]) {
            self.name = name
            self.value = value
        }

        /// Takes `NAME=value` apart; nil where there is no name.
        init?(_ bytes: UnsafeRawBufferPointer) {
            guard let end = unsafe bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            name = unsafe String(decoding: bytes[..<end], as: UTF8.self)
            value = unsafe Array(bytes[(end + 1)...])
        }
    }

    /// Microseconds since 1970 when journald received it.
    package let time: Int64
    /// In the order in which the journal has them, which is not that in which they were sent.
    package let fields: [Field]

    /// An entry from its parts.
    package init(time: Int64, fields: [Field]) {
        self.time = time
        self.fields = fields
    }

    /// The first field of that name, as text; bytes that are no UTF-8 are replaced.
    package func text(_ name: String) -> String? {
        fields.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
