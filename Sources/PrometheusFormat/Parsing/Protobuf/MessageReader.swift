import Bytes

/// Reads the fields of one protobuf message on a page, any bytes.
///
/// The wire format is described at <https://protobuf.dev/programming-guides/encoding>; groups, which it has no more, are refused.
struct MessageReader {
    /// One field as the wire has it.
    struct Field {
        let number: Int
        let value: Value
        /// Where it begins.
        let place: Int

        enum Value {
            case varint(UInt64)
            case fixed64(UInt64)
            case fixed32(UInt32)
            case bytes(Range<Int>)
        }
    }

    let page: [UInt8]
    private let end: Int
    private(set) var place: Int
    /// The number of the metric's message, from 1.
    let number: Int

    /// The message in `range` of the page.
    init(_ page: [UInt8], in range: Range<Int>, number: Int) {
        self.page = page
        place = range.lowerBound
        end = range.upperBound
        self.number = number
    }

    /// The message that a field is.
    func message(_ field: Field) throws(ExpositionError) -> MessageReader {
        MessageReader(page, in: try bytes(field), number: number)
    }

    /// The next field, nil at the end.
    mutating func next() throws(ExpositionError) -> Field? {
        guard place < end else { return nil }
        let start = place
        let tag = try varint()
        guard let number = Int(exactly: tag >> 3), number > 0, number < 1 << 29 else {
            throw fault(.invalidField(tag), at: start)
        }
        switch tag & 7 {
        case 0: return Field(number: number, value: .varint(try varint()), place: start)
        case 1: return Field(number: number, value: .fixed64(try fixed(byteCount: 8)), place: start)
        case 2:
            let length = try varint()
            guard length <= UInt64(end - place) else { throw fault(.cutShort, at: start) }
            defer { place += Int(length) }
            return Field(number: number, value: .bytes(place..<place + Int(length)), place: start)
        case 5:
            let bits = UInt32(truncatingIfNeeded: try fixed(byteCount: 4))
            return Field(number: number, value: .fixed32(bits), place: start)
        default: throw fault(.invalidField(tag), at: start)
        }
    }

    /// A length, or another number that stands alone.
    mutating func varint() throws(ExpositionError) -> UInt64 {
        let start = place
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard place < end else { throw fault(.cutShort, at: start) }
            let byte = page[place]
            place += 1
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw fault(.numberTooLong, at: start)
    }

    private mutating func fixed(byteCount: Int) throws(ExpositionError) -> UInt64 {
        guard end - place >= byteCount else { throw fault(.cutShort, at: place) }
        var value: UInt64 = 0
        for index in (place..<place + byteCount).reversed() { value = value << 8 | UInt64(page[index]) }
        place += byteCount
        return value
    }

    /// A fault at a place of the page.
    func fault(_ fault: ExpositionFault, at place: Int) -> ExpositionError {
        .broken(fault, message: number, offset: place)
    }
}

/// What a field has to be.
extension MessageReader {
    func bytes(_ field: Field) throws(ExpositionError) -> Range<Int> {
        guard case .bytes(let range) = field.value else { throw wrongType(field) }
        return range
    }

    func text(_ field: Field) throws(ExpositionError) -> String {
        let range = try bytes(field)
        guard let text = String(validating: page[range], as: UTF8.self) else {
            throw fault(.invalidUTF8, at: range.lowerBound)
        }
        return text
    }

    func number(_ field: Field) throws(ExpositionError) -> UInt64 {
        guard case .varint(let value) = field.value else { throw wrongType(field) }
        return value
    }

    func double(_ field: Field) throws(ExpositionError) -> Double {
        guard case .fixed64(let bits) = field.value else { throw wrongType(field) }
        return Double(bitPattern: bits)
    }

    /// A number of type sint32 or sint64.
    func signed(_ field: Field) throws(ExpositionError) -> Int64 { Self.signed(try number(field)) }

    /// Appends the numbers of a repeated field, which can be packed, to `numbers`.
    func append(_ field: Field, to numbers: inout [Int64]) throws(ExpositionError) {
        guard case .bytes(let range) = field.value else { return numbers.append(try signed(field)) }
        var packed = MessageReader(page, in: range, number: number)
        while packed.place < range.upperBound { numbers.append(Self.signed(try packed.varint())) }
    }

    /// The same for doubles.
    func append(_ field: Field, to numbers: inout [Double]) throws(ExpositionError) {
        guard case .bytes(let range) = field.value else { return numbers.append(try double(field)) }
        guard range.count.isMultiple(of: 8) else { throw fault(.cutShort, at: range.lowerBound) }
        var packed = MessageReader(page, in: range, number: number)
        while packed.place < range.upperBound {
            numbers.append(Double(bitPattern: try packed.fixed(byteCount: 8)))
        }
    }

    private static func signed(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private func wrongType(_ field: Field) -> ExpositionError {
        fault(.wrongWireType(field: field.number), at: field.place)
    }
}
