import Testing

@testable import PrometheusFormat

@Suite(.timeLimit(.minutes(5)))
struct MessageTests {
    @Test(
        arguments: [
            (0, [0x08, 0x00]), (1, [0x08, 0x01]), (127, [0x08, 0x7F]), (128, [0x08, 0x80, 0x01]),
            (300, [0x08, 0xAC, 0x02]), (16384, [0x08, 0x80, 0x80, 0x01]),
            (.max, [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        ] as [(UInt64, [UInt8])])
    func writesVarints(_ value: UInt64, _ bytes: [UInt8]) {
        var message = Message()
        message.append(1, unsigned: value)
        #expect(message.bytes == bytes)
    }

    @Test(
        arguments: [
            (0, [0x08, 0x00]), (-1, [0x08, 0x01]), (1, [0x08, 0x02]), (-64, [0x08, 0x7F]),
            (64, [0x08, 0x80, 0x01]),
            (.min, [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
            (.max, [0x08, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
        ] as [(Int64, [UInt8])])
    func writesSignedNumbersInZigzag(_ value: Int64, _ bytes: [UInt8]) {
        var message = Message()
        message.append(1, signed: value)
        #expect(message.bytes == bytes)
    }

    @Test func writesDoublesLittleEndian() {
        var message = Message()
        message.append(2, double: -2.5)
        #expect(message.bytes == [0x11, 0, 0, 0, 0, 0, 0, 0x04, 0xC0])
    }

    @Test func writesTagsOfMoreThanOneByte() {
        var message = Message()
        message.append(16, text: "é")
        #expect(message.bytes == [0x82, 0x01, 0x02, 0xC3, 0xA9])
    }

    @Test(arguments: [0, 1, 126, 127, 128, 129, 16383, 16384, 2_097_151, 2_097_152], [1, 2, 3])
    func putsTheLengthBeforeWhatIsNested(_ length: Int, _ room: Int) throws {
        var message = Message()
        message.append(1, unsigned: 7)
        message.append(2, room: room) { inner in
            for _ in 0..<length { inner.append(byte: 0xEE) }
        }
        message.append(3, unsigned: 9)
        var expected = Message()
        expected.append(1, unsigned: 7)
        expected.append(byte: 0x12)
        expected.append(varint: UInt64(length))
        for _ in 0..<length { expected.append(byte: 0xEE) }
        expected.append(3, unsigned: 9)
        #expect(message.bytes == expected.bytes)
    }
}
