import Testing
import Bytes

@Suite(.timeLimit(.minutes(5)))
struct RawSpanBytesTests {
    private let bytes: [UInt8] = [7, 0, 255]

    @Test func readsEachByte() {
        let read = bytes.withBytes(in: 0..<3) { span in span.byteOffsets.map { span[byte: $0] } }
        #expect(read == [7, 0, 255])
    }

    @Test func findsTheFirstOffsetWithinTheRange() {
        let bytes: [UInt8] = [1, 2, 1, 3]
        let found = bytes.withBytes(in: 0..<4) {
            [$0.firstOffset(of: 1, in: 1..<4), $0.firstOffset(of: 3, in: 0..<3)]
        }
        #expect(found == [2, nil])
    }

    @Test func textReplacesWhatIsNoUnicode() {
        let bytes = Array("a\u{e9}".utf8) + [0xff]
        #expect(bytes.withBytes(in: 1..<4) { $0.text(in: 0..<3) } == "\u{e9}\u{fffd}")
    }

    @Test(arguments: 0..<20)
    func oneByteMakesTextNoASCII(place: Int) {
        var bytes = [UInt8](repeating: 0x7f, count: 20)
        #expect(bytes.withBytes(in: 0..<20) { $0.isASCII(in: 0..<20) && $0.isASCII(in: 3..<3) })
        bytes[place] = 0x80
        let found = bytes.withBytes(in: 0..<20) { [$0.isASCII(in: 0..<20), $0.isASCII(in: 0..<place)] }
        #expect(found == [false, true])
        #expect(bytes.withBytes(in: 0..<20) { $0.isASCII(in: place + 1..<20) })
    }

    @Test func anOffsetOutsideTraps() async {
        await #expect(processExitsWith: .failure) {
            _ = ([1] as [UInt8]).withBytes(in: 0..<1) { $0[byte: 1] }
        }
    }
}
