import Testing

@testable import Telemetry

@Suite(.timeLimit(.minutes(5)))
struct LabelValuesTests {
    /// As they are, whatever has to be escaped in a text.
    @Test(arguments: 0...40)
    func giveBackWhatWasWritten(length: Int) {
        let value = String("\\\"\n0123456789abcdefghijklmnopqrstuvwxyzABCDEFG".prefix(length))
        let written = [value, "7", value]
        let (values, size) = LabelWriter.withValues(
            { writer in
                writer.appendValue(value)
                writer.appendValue(7)
                writer.appendValue { $0.append(value) }
            }, { (bytes($0), $0.byteCount) })
        #expect(values == written.map { Array($0.utf8) })
        #expect(size == written.reduce(0) { $0 + LabelValues.size(ofLength: $1.utf8.count) })
    }

    /// One that differs in a byte has other words.
    @Test(arguments: 1...15)
    func wordsTellAllBytes(length: Int) {
        var bytes = [UInt8](repeating: 0x61, count: length)
        func words() -> [UInt64] {
            unsafe bytes.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return [] }
                let words = unsafe LabelValues.words(base, length)
                return [words.low, words.high]
            }
        }
        let same = words()
        for place in 0..<length {
            bytes[place] = 0x62
            #expect(words() != same)
            bytes[place] = 0x61
        }
        #expect(words() == same)
    }

    /// What is read in the string itself is what its UTF-8 view says.
    @Test(arguments: [
        "", "a", "é", "GET", "\u{0}\u{7F}", "12345678", "/users/19", "日本語", "ÿÿÿÿÿÿÿ", "123456789012345",
    ])
    func wordsOfAStringAreThoseOfItsBytes(text: String) throws {
        let (low, high, length) = try #require(LabelValues.words(in: text))
        let bytes = Array(text.utf8)
        let words = unsafe bytes.withUnsafeBytes { bytes in
            unsafe bytes.baseAddress.map { unsafe LabelValues.words($0, bytes.count) } ?? (0, 0)
        }
        #expect(length == bytes.count)
        #expect([low, high] == [words.0, words.1])
    }

    /// Strings that lead to their bytes, however short.
    @Test func noWordsAreInAStringThatLeadsToItsBytes() {
        var long = String(repeating: "x", count: 100)
        #expect(LabelValues.words(in: long) == nil)
        long.removeLast(97)
        let values = LabelWriter.withValues(
            { writer in
                writer.appendValue(long)
                writer.appendValue("xxx")
            }, bytes)
        #expect(values == [Array("xxx".utf8), Array("xxx".utf8)])
    }

    private func bytes(_ values: borrowing RawSpan) -> [[UInt8]] {
        var all: [[UInt8]] = []
        LabelValues.forEach(in: values) { value in
            all.append(unsafe value.withUnsafeBytes { unsafe Array($0) })
        }
        return all
    }
}
