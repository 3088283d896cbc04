import Linux
import Testing

@testable import EventSocket

@Suite(.timeLimit(.minutes(5)))
struct LineBufferTests {
    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]), (["a", "b\n"], ["ab"]), (["a\nb", "", "c\r", "\n"], ["a", "bc"]),
        (["\n\r\n\n"], []), (["a\r\n"], ["a"]), (["a\n\nb"], ["a", "b"]), (["a"], ["a"]), ([""], []),
        (["\r"], []),
    ])
    func joinsPiecesAndTakesTheEndForANewline(pieces: [String], lines: [String]) {
        var buffer = LineBuffer(limit: 100)
        #expect(feed(&buffer, pieces) == lines)
    }

    @Test func countsALongLineOnceAndGoesOnAfterIt() {
        var buffer = LineBuffer(limit: 4)
        var tooLong = 0
        let lines = feed(&buffer, ["12345\n1234\n", "123", "45", "67", "8\nab", "c\n", "12345"], &tooLong)
        #expect(lines == ["1234", "abc"])
        #expect(tooLong == 3)
    }

    @Test(arguments: 1...9)
    func theSizeOfThePiecesDoesNotMatter(size: Int) {
        let text = "first\nsecond line\r\n\nthe third one is too long\nlast"
        var pieces: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        var buffer = LineBuffer(limit: 12)
        var tooLong = 0
        #expect(feed(&buffer, pieces, &tooLong) == ["first", "second line", "last"])
        #expect(tooLong == 1)
    }

    @Test(.timeLimit(.minutes(5))) func aLineThatDripsInIsSearchedOnce() {
        let byte: [UInt8] = [0x61]
        var buffer = LineBuffer(limit: 1_000_000)
        var lengths: [Int] = []
        for _ in 0..<1_000_000 { _ = byte.withBytes(in: 0..<1) { buffer.append($0) { _ in } } }
        _ = [UInt8(0x0a)].withBytes(in: 0..<1) { buffer.append($0) { lengths.append($0.byteCount) } }
        #expect(lengths == [1_000_000])
    }

    @Test func tellsWhetherALineHasBegun() {
        var buffer = LineBuffer(limit: 2)
        var seen: [Bool] = []
        for piece in ["", "a", "\n", "abc", "\n"] {
            let bytes = Array(piece.utf8)
            bytes.withBytes(in: bytes.indices) { _ = buffer.append($0) { _ in } }
            seen.append(buffer.hasPartialLine)
        }
        #expect(seen == [false, true, false, true, false])
    }

    private func feed(_ buffer: inout LineBuffer, _ pieces: [String]) -> [String] {
        var tooLong = 0
        return feed(&buffer, pieces, &tooLong)
    }

    private func feed(_ buffer: inout LineBuffer, _ pieces: [String], _ tooLong: inout Int) -> [String] {
        var lines: [String] = []
        for piece in pieces {
            let bytes = Array(piece.utf8)
            let counts = bytes.withBytes(in: bytes.indices) { input in
                buffer.append(input) { lines.append($0.text(in: 0..<$0.byteCount)) }
            }
            tooLong += counts.tooLong
        }
        tooLong += buffer.end { lines.append($0.text(in: 0..<$0.byteCount)) }.tooLong
        return lines
    }
}
