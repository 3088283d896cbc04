import PrometheusFormat
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct PieceBuffersTests {
    @Test func whatIsWrittenIsAppended() {
        let buffers = PieceBuffers(count: 1, capacity: 64)
        var bytes = Array("a".utf8)

        let lengths = ["b", "", "cd"].map { (text: String) in
            buffers.append(to: &bytes) { piece in
                piece.append(Array(text.utf8))
                return piece.count
            }
        }

        #expect(String(decoding: bytes, as: UTF8.self) == "abcd")
        #expect(lengths == [1, 0, 2])
    }

    @Test func thoseThatFindNoneFreeWriteAllTheSame() {
        let buffers = PieceBuffers(count: 1, capacity: 64)
        var (outer, inner): ([UInt8], [UInt8]) = ([], [])

        buffers.append(to: &outer) { piece in
            piece.append(UInt8(ascii: "a"))
            buffers.append(to: &inner) { $0.append(UInt8(ascii: "b")) }
            piece.append(UInt8(ascii: "c"))
        }

        #expect(String(decoding: outer, as: UTF8.self) == "ac")
        #expect(String(decoding: inner, as: UTF8.self) == "b")
    }
}
