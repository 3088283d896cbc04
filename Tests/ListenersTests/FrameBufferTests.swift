import Bytes
import Testing

@testable import Listeners

@Suite(.timeLimit(.minutes(5)))
struct FrameBufferTests {
    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]), (["a", "b\n"], ["ab"]), (["a\nb", "", "c\r", "\n"], ["a", "bc"]),
        (["\n\r\n\n"], []), (["a\r\n"], ["a"]), (["a\n\nb"], ["a", "b"]), (["a"], ["a"]), ([""], []),
        (["\r"], []),
    ])
    func joinsPiecesAndTakesTheEndForANewline(pieces: [String], lines: [String]) {
        var buffer = FrameBuffer(.newline(limit: 100))
        #expect(feed(&buffer, pieces) == lines)
    }

    @Test func countsALongLineOnceAndGoesOnAfterIt() {
        var buffer = FrameBuffer(.newline(limit: 4))
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
        var buffer = FrameBuffer(.newline(limit: 12))
        var tooLong = 0
        #expect(feed(&buffer, pieces, &tooLong) == ["first", "second line", "last"])
        #expect(tooLong == 1)
    }

    @Test(.timeLimit(.minutes(5))) func aLineThatDripsInIsSearchedOnce() {
        let byte: [UInt8] = [0x61]
        var buffer = FrameBuffer(.newline(limit: 1_000_000))
        var lengths: [Int] = []
        for _ in 0..<1_000_000 { _ = byte.withBytes(in: 0..<1) { buffer.append($0) { _ in } } }
        _ = [UInt8(0x0a)].withBytes(in: 0..<1) { buffer.append($0) { lengths.append($0.byteCount) } }
        #expect(lengths == [1_000_000])
    }

    @Test func tellsWhetherALineHasBegun() {
        var buffer = FrameBuffer(.newline(limit: 2))
        var seen: [Bool] = []
        for piece in ["", "a", "\n", "abc", "\n"] {
            let bytes = Array(piece.utf8)
            bytes.withBytes(in: bytes.indices) { _ = buffer.append($0) { _ in } }
            seen.append(buffer.isInsideFrame)
        }
        #expect(seen == [false, true, false, true, false])
    }

    @Test(
        arguments: [
            (LengthPrefix.bigEndian16, [1, 2]), (.bigEndian32, [0, 0, 1, 2]), (.littleEndian16, [2, 1]),
            (.littleEndian32, [2, 1, 0, 0]),
        ] as [(LengthPrefix, [UInt8])])
    func readsTheLengthInItsByteOrder(prefix: LengthPrefix, length: [UInt8]) {
        let frame = String(repeating: "a", count: 0x101) + "\r"
        var buffer = FrameBuffer(.lengthPrefix(prefix, limit: 300))
        #expect(feed(&buffer, [length + Array(frame.utf8) + length + Array(frame.utf8)]) == [frame, frame])
    }

    @Test(arguments: 1...9)
    func theSizeOfThePiecesOfFramesDoesNotMatter(size: Int) {
        let frames: [[UInt8]] = [[0x61, 0x62], [], Array(repeating: 0x78, count: 300), [0x0a], [0x63]]
        var stream: [UInt8] = []
        for frame in frames { stream += [UInt8(frame.count & 0xff), UInt8(frame.count >> 8)] + frame }
        let pieces = stride(from: 0, to: stream.count, by: size).map {
            Array(stream[$0..<min($0 + size, stream.count)])
        }
        var buffer = FrameBuffer(.lengthPrefix(.littleEndian16, limit: 4))
        var tooLong = 0
        #expect(feed(&buffer, pieces, &tooLong) == ["ab", "\n", "c"])
        #expect(tooLong == 1)
    }

    @Test(
        arguments: [
            ([], 0), ([1], 1), ([1, 0], 1), ([2, 0, 0x61], 1), ([1, 0, 0x61], 0), ([0, 0], 0),
            // Too long, which is counted already.
            ([9, 0, 0x61], 0),
        ] as [([UInt8], Int)])
    func theEndFinishesNoFrameThatHasALength(stream: [UInt8], unfinished: Int) {
        var buffer = FrameBuffer(.lengthPrefix(.littleEndian16, limit: 4))
        _ = stream.withBytes(in: stream.indices) { buffer.append($0) { _ in } }
        var frames = 0
        #expect(buffer.end { _ in frames += 1 }.unfinished == unfinished)
        #expect(frames == 0)
    }

    @Test func anAbandonedLineIsUnfinishedUnlessItWasTooLong() {
        var unfinished: [Int] = []
        for text in ["", "a\n", "ab", "abcde", "abcde\nf"] {
            var buffer = FrameBuffer(.newline(limit: 4))
            let bytes = Array(text.utf8)
            _ = bytes.withBytes(in: bytes.indices) { buffer.append($0) { _ in } }
            unfinished.append(buffer.abandon().unfinished)
            #expect(!buffer.isInsideFrame)
        }
        #expect(unfinished == [0, 0, 1, 0, 1])
    }

    @Test func tellsWhetherAnotherFrameEndedFirst() {
        var buffer = FrameBuffer(.newline(limit: 4))
        let seen = ["a", "b", "\nc", "d\n", "\n", "abcdef", "g\n"].map { text in
            let bytes = Array(text.utf8)
            return bytes.withBytes(in: bytes.indices) { buffer.append($0) { _ in } }.sawEnd
        }
        #expect(seen == [false, false, true, true, true, false, true])
    }

    private func feed(_ buffer: inout FrameBuffer, _ pieces: [String]) -> [String] {
        feed(&buffer, pieces.map { Array($0.utf8) })
    }

    private func feed(_ buffer: inout FrameBuffer, _ pieces: [[UInt8]]) -> [String] {
        var tooLong = 0
        return feed(&buffer, pieces, &tooLong)
    }

    private func feed(_ buffer: inout FrameBuffer, _ pieces: [String], _ tooLong: inout Int) -> [String] {
        feed(&buffer, pieces.map { Array($0.utf8) }, &tooLong)
    }

    private func feed(_ buffer: inout FrameBuffer, _ pieces: [[UInt8]], _ tooLong: inout Int) -> [String] {
        var lines: [String] = []
        for bytes in pieces {
            let counts = bytes.withBytes(in: bytes.indices) { input in
                buffer.append(input) { lines.append($0.text(in: 0..<$0.byteCount)) }
            }
            tooLong += counts.tooLong
        }
        tooLong += buffer.end { lines.append($0.text(in: 0..<$0.byteCount)) }.tooLong
        return lines
    }
}
