import CZstd
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct ZstdEncoderTests {
    @Test(arguments: [0, 1, 1023, 70_000, 3_000_000])
    func whatIsDecodedIsWhatWasEncoded(length: Int) throws {
        var generator = SeededGenerator(seed: UInt64(length))
        let body = (0..<length).map { _ in UInt8.random(in: 0...9, using: &generator) }
        var encoder = ZstdEncoder()

        let result = encoder?.encode(body)

        let encoded = try #require(result)
        #expect(encoded.starts(with: [0x28, 0xb5, 0x2f, 0xfd]))
        #expect(encoded.capacity < 2 * encoded.count + 64)
        #expect((decoded(encoded) == body) == true)
    }

    @Test func oneStateServesManyBodies() {
        var encoder = ZstdEncoder()
        let bodies = (0..<50).map { [UInt8](repeating: UInt8($0), count: $0 * 1000) }

        for body in bodies {
            let encoded = encoder?.encode(body)
            #expect(encoded.map { decoded($0) } == body)
        }
    }

    @Test func bytesThatCannotBeCompressedStillFit() {
        var generator = SeededGenerator(seed: 7)
        let body = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var encoder = ZstdEncoder()

        let encoded = encoder?.encode(body)

        #expect((encoded.map { decoded($0) } == body) == true)
    }

    @Test func whatIsFlushedCanBeReadBeforeTheEnd() {
        var encoder = ZstdEncoder()
        var output: [UInt8] = []

        encoder?.encode(Array("one ".utf8), appendingTo: &output, .none)
        encoder?.encode(Array("two ".utf8), appendingTo: &output, .everything)
        #expect(decoded(output, isWhole: false) == Array("one two ".utf8))
        encoder?.encode(Array("three".utf8), appendingTo: &output, .none)
        encoder?.encode([], appendingTo: &output, .end)

        #expect(decoded(output) == Array("one two three".utf8))
    }

    @Test(arguments: [1, 1000, 100_000])
    func piecesOfAnySizeMakeOneBody(size: Int) {
        var generator = SeededGenerator(seed: UInt64(size))
        let pieces = (0..<20).map { _ in (0..<size).map { _ in UInt8.random(in: 0...99, using: &generator) } }
        var encoder = ZstdEncoder()
        var output: [UInt8] = []

        for piece in pieces { encoder?.encode(piece, appendingTo: &output, .none) }
        encoder?.encode([], appendingTo: &output, .end)

        #expect((decoded(output) == Array(pieces.joined())) == true)
    }

    @Test func aStateTakesAboutWhatOneOfGzipDoes() {
        var encoder = ZstdEncoder()
        var output: [UInt8] = []

        for _ in 0..<100 {
            encoder?.encode([UInt8](repeating: 7, count: 64 << 10), appendingTo: &output, .none)
        }
        let ofStream = encoder?.size ?? .max
        encoder?.encode([], appendingTo: &output, .end)
        _ = encoder?.encode([UInt8](repeating: 7, count: 8 << 20))

        #expect(ofStream < 600 << 10)
        #expect(encoder?.size ?? .max < 600 << 10)
    }
}

/// Decodes a frame of zstd; empty if it is damaged, or cut short though it should be whole.
func decoded(_ bytes: [UInt8], isWhole: Bool = true) -> [UInt8] {
    guard let context = unsafe ZSTD_createDCtx() else { return [] }
    defer { unsafe _ = ZSTD_freeDCtx(context) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    return unsafe bytes.withUnsafeBytes { source in
        var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var rest = 1
        var isFull = true
        while unsafe rest != 0 && (isFull || input.pos < input.size) {
            let made = unsafe chunk.withUnsafeMutableBytes { bytes in
                var target = unsafe ZSTD_outBuffer(dst: bytes.baseAddress, size: bytes.count, pos: 0)
                rest = unsafe ZSTD_decompressStream(context, &target, &input)
                return unsafe target.pos
            }
            guard ZSTD_isError(rest) == 0 else { return [] }
            output += chunk[..<made]
            isFull = made == chunk.count
        }
        return rest == 0 || !isWhole ? output : []
    }
}
