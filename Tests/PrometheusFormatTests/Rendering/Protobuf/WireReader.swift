/// Reads the protobuf wire format; the messages of `metrics.proto` in the words of its schema.
struct WireReader {
    enum Fault: Error, Equatable {
        case cutShort
        case tooLong
        case unknownField(Int, in: String)
        case wireType(UInt64, of: String)
    }

    private var bytes: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { self.bytes = Array(bytes)[...] }

    /// Every message of a page, each as one line of text.
    static func page(_ bytes: [UInt8]) throws -> [String] {
        var reader = WireReader(bytes)
        var families: [String] = []
        while !reader.bytes.isEmpty {
            let family = try reader.take(Int(reader.varint()))
            families.append(try WireReader(family).text(of: "MetricFamily"))
        }
        return families
    }

    /// The fields of one message: `name:value` or `name{…}`, in the order of the bytes.
    static func message(_ name: String, _ bytes: [UInt8]) throws -> String {
        try WireReader(bytes).text(of: name)
    }

    private func text(of message: String) throws -> String {
        var reader = self
        var fields: [String] = []
        while !reader.bytes.isEmpty {
            let tag = try reader.varint()
            guard let field = Schema.messages[message]?[Int(tag >> 3)] else {
                throw Fault.unknownField(Int(tag >> 3), in: message)
            }
            guard tag & 7 == field.type.wireType else { throw Fault.wireType(tag & 7, of: field.name) }
            fields.append(field.name + (try reader.value(field.type)))
        }
        return fields.joined(separator: " ")
    }

    private mutating func value(_ type: Schema.FieldType) throws -> String {
        switch type {
        case .unsigned: return ":\(try varint())"
        case .signed:
            let value = try varint()
            return ":\(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))"
        case .double:
            let bits = try take(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return ":\(Double(bitPattern: bits))"
        case .string:
            return ":" + String(decoding: try take(Int(varint())), as: UTF8.self).debugDescription
        case .message(let name):
            return "{" + (try WireReader(take(Int(varint()))).text(of: name)) + "}"
        }
    }

    private mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = bytes.popFirst() else { throw Fault.cutShort }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Fault.tooLong
    }

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count <= bytes.count else { throw Fault.cutShort }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }
}

/// The messages that a page is made of.
private enum Schema {
    enum FieldType {
        case unsigned, signed, double, string
        case message(String)

        var wireType: UInt64 {
            switch self {
            case .unsigned, .signed: 0
            case .double: 1
            case .string, .message: 2
            }
        }
    }

    static let messages: [String: [Int: (name: String, type: FieldType)]] = [
        "MetricFamily": [
            1: ("name", .string), 2: ("help", .string), 3: ("type", .unsigned),
            4: ("metric", .message("Metric")), 5: ("unit", .string),
        ],
        "Metric": [
            1: ("label", .message("LabelPair")), 2: ("gauge", .message("Gauge")),
            3: ("counter", .message("Counter")), 4: ("summary", .message("Summary")),
            7: ("histogram", .message("Histogram")),
        ],
        "LabelPair": [1: ("name", .string), 2: ("value", .string)],
        "Gauge": [1: ("value", .double)],
        "Counter": [
            1: ("value", .double), 2: ("exemplar", .message("Exemplar")),
            3: ("created", .message("Timestamp")),
        ],
        "Summary": [
            1: ("count", .unsigned), 2: ("sum", .double), 3: ("quantile", .message("Quantile")),
            4: ("created", .message("Timestamp")),
        ],
        "Quantile": [1: ("quantile", .double), 2: ("value", .double)],
        "Histogram": [
            1: ("count", .unsigned), 2: ("sum", .double), 3: ("bucket", .message("Bucket")),
            5: ("schema", .signed), 6: ("threshold", .double), 7: ("zeros", .unsigned),
            9: ("nspan", .message("BucketSpan")), 10: ("ndelta", .signed),
            12: ("pspan", .message("BucketSpan")), 13: ("pdelta", .signed),
            15: ("created", .message("Timestamp")), 16: ("exemplar", .message("Exemplar")),
        ],
        "Bucket": [
            1: ("count", .unsigned), 2: ("bound", .double), 3: ("exemplar", .message("Exemplar")),
        ],
        "BucketSpan": [1: ("offset", .signed), 2: ("length", .unsigned)],
        "Exemplar": [
            1: ("label", .message("LabelPair")), 2: ("value", .double), 3: ("at", .message("Timestamp")),
        ],
        "Timestamp": [1: ("s", .unsigned), 2: ("ns", .unsigned)],
    ]
}
