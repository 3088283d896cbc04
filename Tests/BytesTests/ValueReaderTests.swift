import Testing

@testable import Bytes

@Suite(.timeLimit(.minutes(5)))
struct ValueReaderTests {
    @Test func readsWhatWasPut() {
        withScratch(byteCount: 64) { span in
            let isPut = [span.put(7 as UInt8), span.put(-5 as Int64), span.put("zwölf"), span.put("")]
            #expect(isPut == [true, true, true, true])
            var reader = ValueReader()
            let small: UInt8? = reader.integer(in: span.bytes)
            let large: Int64? = reader.integer(in: span.bytes)
            let texts = [reader.text(in: span.bytes), reader.text(in: span.bytes)]
            #expect(small == 7)
            #expect(large == -5)
            #expect(texts == ["zwölf", ""])
            #expect(reader.offset == 23)
            let more: UInt8? = reader.integer(in: span.bytes)
            let moreText = reader.text(in: span.bytes)
            #expect(more == nil)
            #expect(moreText == nil)
        }
    }

    @Test func putsNothingThatDoesNotFit() {
        withScratch(byteCount: 10) { span in
            let isPut = [
                span.put("longer than it"), span.put("1234567"), span.put("123456"), span.put(1 as UInt8),
                [7 as UInt8].withBytes(in: 0..<1) { span.put($0) },
            ]
            #expect(isPut == [false, false, true, false, false])
            #expect(span.byteCount == 10)
        }
    }

    @Test func readsNoTextThatEndsBehindTheBytes() {
        withScratch(byteCount: 16) { span in
            let isPut = span.put(5 as UInt32) && span.put(1 as UInt32)
            #expect(isPut)
            var reader = ValueReader()
            let text = reader.text(in: span.bytes)
            #expect(text == nil)
        }
    }
}
