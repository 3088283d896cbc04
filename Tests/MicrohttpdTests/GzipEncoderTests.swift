import CZlib
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct GzipEncoderTests {
    @Test(arguments: [0, 1, 1023, 70_000, 3_000_000])
    func whatIsInflatedIsWhatWasEncoded(length: Int) throws {
        var generator = SeededGenerator(seed: UInt64(length))
        let body = (0..<length).map { _ in UInt8.random(in: 0...9, using: &generator) }
        var encoder = GzipEncoder()

        let result = encoder?.encode(body)

        let encoded = try #require(result)
        #expect(encoded.starts(with: [0x1f, 0x8b, 8]))
        #expect(inflated(encoded) == body)
    }

    @Test func oneStateServesManyBodies() {
        var encoder = GzipEncoder()

        let bodies = (0..<50).map { [UInt8](repeating: UInt8($0), count: $0 * 1000) }

        for body in bodies {
            let encoded = encoder?.encode(body)
            #expect(encoded.map(inflated) == body)
        }
    }

    @Test func whatIsEncodedTakesNoMoreMemoryThanItNeeds() throws {
        var encoder = GzipEncoder()

        let result = encoder?.encode([UInt8](repeating: 7, count: 1 << 20))

        let encoded = try #require(result)
        #expect(encoded.count < 10_000)
        #expect(encoded.capacity < 2 * encoded.count)
    }

    @Test func bytesThatCannotBeCompressedStillFit() {
        var generator = SeededGenerator(seed: 7)
        let body = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var encoder = GzipEncoder()

        let encoded = encoder?.encode(body)

        #expect(encoded.map(inflated) == body)
    }

    @Test func aPoolServesMoreCallersThanItHasStates() async {
        let pool = EncoderPool<GzipEncoder>(size: 2)

        let correct = await withTaskGroup(of: Bool.self) { group in
            for caller in 0..<16 {
                let body = [UInt8](repeating: UInt8(caller), count: 200_000)
                group.addTask { pool.encode(body).map(inflated) == body }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }

        #expect(correct == 16)
    }
}

/// Decodes one gzip member with zlib, which checks its length and checksum; empty if it is damaged.
func inflated(_ bytes: [UInt8]) -> [UInt8] {
    var stream = unsafe z_stream()
    guard unsafe inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        return []
    }
    defer { unsafe inflateEnd(&stream) }
    var input = bytes
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    var status = Z_OK
    unsafe input.withUnsafeMutableBufferPointer { source in
        unsafe stream.next_in = source.baseAddress
        unsafe stream.avail_in = UInt32(source.count)
        while status == Z_OK {
            let made = unsafe chunk.withUnsafeMutableBufferPointer { target in
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                status = unsafe inflate(&stream, Z_NO_FLUSH)
                return unsafe target.count - Int(stream.avail_out)
            }
            output += chunk[..<made]
        }
    }
    return status == Z_STREAM_END ? output : []
}
