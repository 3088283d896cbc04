import Bytes
import Ingest
import TelemetryMetrics
import Testing

@testable import EventSocket

@Suite(.timeLimit(.minutes(5)))
struct EventLineParserTests {
    @Test func readsAnEvent() {
        #expect(
            parsed(
                #"{"event":"http.request","measurements":{"duration":0.012,"bytes":42},"metadata":{"route":"/users"}}"#
            )
                == #"http.request duration=0.012 bytes=42 route="/users""#)
    }

    @Test(arguments: [
        (#"{"event":"a"}"#, "a"),
        (
            " \t{ \"event\" : \"a\" , \"measurements\" : { } , \"metadata\" : { \"k\" : \"v\" } } \r",
            #"a k="v""#
        ),
        (#"{"metadata":{"k":"v"},"measurements":{"n":1},"event":"a"}"#, #"a n=1 k="v""#),
        (
            #"{"event":"a","metadata":{"t":true,"f":false,"z":null,"n":1.50,"e":-1E+2,"s":""}}"#,
            #"a t="true" f="false" z="" n="1.50" e="-1E+2" s="""#
        ),
        (#"{"event":"a","":{},"x":[1,"\u00e9",{"y":[null,true,false,-0.5e-1]}],"z":"\\"}"#, "a"),
        (#"{"ev\u0065nt":"a"}"#, "a"),
    ])
    func readsWhatJSONAllows(line: String, event: String) {
        #expect(parsed(line) == event)
    }

    @Test(arguments: [
        ("0", EventNumber.integer(0)), ("-0", .integer(0)), ("-7", .integer(-7)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.0", .double(1)),
        ("1e2", .double(100)),
        ("-1.5E-3", .double(-0.0015)), ("1e-400", .double(0)),
    ])
    func wholeNumbersStayExact(text: String, value: EventNumber) throws {
        let event = try parse(#"{"event":"a","measurements":{"n":\#(text)}}"#)
        #expect(event.measurements.map(\.value) == [value])
    }

    @Test(arguments: [
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"), (#"\u00e9\u20AC"#, "é€"), (#"\ud83d\ude00"#, "😀"),
        ("é€😀", "é€😀"), (#"\u0000"#, "\u{0}"),
        ("\u{7f}\u{10ffff}\u{d7ff}\u{e000}", "\u{7f}\u{10ffff}\u{d7ff}\u{e000}"),
        (#"\udbff\udfff"#, "\u{10ffff}"),
    ])
    func unescapesTexts(written: String, text: String) throws {
        let event = try parse(#"{"event":"a","metadata":{"k":"\#(written)"}}"#)
        #expect(event.metadata.map { event.string($0.value) } == [text])
    }

    @Test(arguments: [
        (#"{"event":"a","event":"b"}"#, "b"),
        (#"{"event":"a","measurements":{"n":1,"m":2,"n":3}}"#, "a n=3 m=2"),
        (#"{"event":"a","measurements":{"n":1},"measurements":{"m":2}}"#, "a m=2"),
        (#"{"event":"a","metadata":{"k":"v","\u006b":"w"}}"#, #"a k="w""#),
        (#"{"event":"a","metadata":{"k":"v"},"metadata":{}}"#, "a"),
    ])
    func theLastOfRepeatedKeysWins(line: String, event: String) {
        #expect(parsed(line) == event)
    }

    @Test(
        arguments: [
            (#"["a",1]"#, "a", 1), (#" [ "web-1" , 9007199254740992 ] "#, "web-1", 9_007_199_254_740_992),
            (#"["\u0061\u002e/:",17]"#, "a./:", 17), (#"["a",1],"id":["b",2]"#, "b", 2),
            ("[\"\(String(repeating: "n", count: 64))\",3]", String(repeating: "n", count: 64), 3),
        ] as [(String, String, UInt64)])
    func readsTheIdOfAnEvent(written: String, client: String, number: UInt64) throws {
        let event = try parse(#"{"id":\#(written),"event":"a"}"#)
        #expect(event.id == WireEvent.ID(client: try #require(ClientName(client.utf8)), number: number))
    }

    @Test(arguments: [
        "1", "null", #""a""#, "{}", "[]", #"["a"]"#, #"["a",0]"#, #"["a",-1]"#, #"["a",1.5]"#, #"["a",1e2]"#,
        #"["a",9007199254740993]"#, #"["",1]"#, #"["a b",1]"#, #"["é",1]"#, #"["a\"b",1]"#, #"["a\\b",1]"#,
        #"["a",1,2]"#, #"[1,"a"]"#, "[\"\(String(repeating: "n", count: 65))\",3]",
    ])
    func refusesWhatIsNoId(written: String) {
        #expect(throws: EventLineError(cause: .badID, offset: 6)) {
            try parse(#"{"id":\#(written),"event":"a"}"#)
        }
    }

    @Test func anEventWithoutAnIdHasNone() throws {
        #expect(try parse(#"{"event":"a"}"#).id == nil)
    }

    @Test(arguments: [
        ("", RejectionCause.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("{", .unexpectedEnd, 1),
        (#"{"event":"#, .unexpectedEnd, 9), (#"{"event":"a"#, .unexpectedEnd, 11),
        (#"{"event":"a""#, .unexpectedEnd, 12),
        (#"{"event":"\"#, .unexpectedEnd, 11), (#"{"event":"\u00"#, .unexpectedEnd, 14),
        (#"{"x":tru"#, .unexpectedEnd, 8),
        (#"{"x":1."#, .unexpectedEnd, 7),
        ("{]", .badSyntax, 1), (#"{"a" 1}"#, .badSyntax, 5), (#"{"a":1,}"#, .badSyntax, 7),
        ("{'a':1}", .badSyntax, 1),
        (#"{"a":1 "b":2}"#, .badSyntax, 7), (#"{"x":[1,]}"#, .badSyntax, 8), (#"{"x":True}"#, .badSyntax, 5),
        (#"{"x":nul}"#, .badSyntax, 8), (#"{"x":NaN}"#, .badSyntax, 5), ("\u{feff}{}", .badSyntax, 0),
        (#"{"x":[1}"#, .badSyntax, 7), ("x", .badSyntax, 0), ("{/**/}", .badSyntax, 1),
        ("[]", .notAnObject, 0), ("1", .notAnObject, 0), (#""a""#, .notAnObject, 0),
        ("null", .notAnObject, 0),
        (#"{"event":"a"}x"#, .trailingGarbage, 13), (#"{"event":"a"}{}"#, .trailingGarbage, 13),
        ("{\"event\":\"a\u{0}\"}", .badString, 11), ("{\"event\":\"a\tb\"}", .badString, 11),
        (#"{"event":"\x41"}"#, .badString, 10), (#"{"event":"\ud800"}"#, .badString, 10),
        (#"{"event":"\ud800\u0041"}"#, .badString, 10), (#"{"event":"\udc00\ud800"}"#, .badString, 10),
        (#"{"event":"\ud800x"}"#, .badString, 10), (#"{"event":"\u12g4"}"#, .badString, 14),
        (#"{"x":01}"#, .badNumber, 6), (#"{"x":-}"#, .badNumber, 6), (#"{"x":1.}"#, .badNumber, 7),
        (#"{"x":1e}"#, .badNumber, 7), (#"{"x":1e+}"#, .badNumber, 8), (#"{"x":-a}"#, .badNumber, 6),
        (#"{"event":"a","measurements":{"n":1e999}}"#, .numberOutOfRange, 33),
        (#"{"event":"a","measurements":{"n":+1}}"#, .badSyntax, 33),
        ("{}", .missingEvent, 2), (#"{"measurements":{"n":1}}"#, .missingEvent, 24),
        (#"{"event":1}"#, .badEvent, 9), (#"{"event":""}"#, .badEvent, 9),
        (#"{"event":{"a":1}}"#, .badEvent, 9),
        (#"{"event":"a","measurements":1}"#, .badMeasurements, 28),
        (#"{"measurements":null}"#, .badMeasurements, 16),
        (#"{"measurements":{"n":"1"}}"#, .badMeasurements, 21),
        (#"{"measurements":{"n":{}}}"#, .badMeasurements, 21),
        (#"{"measurements":{"n":true}}"#, .badMeasurements, 21),
        (#"{"metadata":[]}"#, .badMetadata, 12), (#"{"metadata":{"k":{}}}"#, .badMetadata, 17),
        (#"{"metadata":{"k":["v"]}}"#, .badMetadata, 17),
    ])
    func saysWhyAndWhereALineIsRefused(line: String, cause: RejectionCause, offset: Int) {
        #expect(throws: EventLineError(cause: cause, offset: offset)) { try parse(line) }
    }

    @Test(
        arguments: [
            [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xc2], [0xc2, 0x41], [0xe0, 0x9f, 0xbf],
            [0xe2, 0x82],
            [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80],
            [0xf5, 0x80, 0x80, 0x80],
            [0xff], [0xe2, 0x28, 0xa1], [0xf0, 0x9f, 0x98, 0x28],
        ] as [[UInt8]])
    func refusesWhatIsNoUTF8(bytes: [UInt8]) {
        let read = Array(#"{"event":""#.utf8) + bytes + Array(#""}"#.utf8)
        let skipped = Array(#"{"x":""#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(throws: EventLineError(cause: .badUTF8, offset: 10)) { try parse(read) }
        #expect(throws: EventLineError(cause: .badUTF8, offset: 6)) { try parse(skipped) }
    }

    @Test(arguments: [("[", "]"), (#"{"k":"#, "}")])
    func skipsUnknownValuesDownToDepth16(open: String, close: String) {
        func nested(_ depth: Int) -> String {
            let inner = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            return #"{"event":"a","x":\#(inner)}"#
        }
        #expect(parsed(nested(15)) == "a")
        let offset = 17 + 15 * open.utf8.count
        #expect(throws: EventLineError(cause: .tooDeep, offset: offset)) { try parse(nested(16)) }
    }

    @Test func depthOfAHostileLineIsNoDanger() {
        let line = #"{"x":"# + String(repeating: "[", count: 60_000)
        #expect(throws: EventLineError(cause: .tooDeep, offset: 20)) { try parse(line) }
    }

    @Test(arguments: ["measurements", "metadata"])
    func takesNoMoreThan128Entries(key: String) throws {
        func line(_ count: Int) -> String {
            #"{"event":"a","\#(key)":{"# + (0..<count).map { #""k\#($0)":1"# }.joined(separator: ",") + "}}"
        }
        let most = try parse(line(128))
        #expect(most.measurements.count + most.metadata.count == 128)
        var cause: RejectionCause?
        do { _ = try parse(line(129)) } catch { cause = error.cause }
        #expect(cause == .tooManyEntries)
    }

    @Test func anEventIsReusedWithoutTraces() throws {
        let lines = [
            #"{"event":"long.name","measurements":{"n":1},"metadata":{"k":"v"}}"#, #"{"event":1"#,
            #"{"event":"b"}"#,
        ]
        var event = WireEvent()
        for line in lines {
            let bytes = Array(line.utf8)
            bytes.withBytes(in: bytes.indices) { try? EventLineParser().parse($0, into: &event) }
        }
        #expect(describe(event) == "b")
    }

    @Test func anErrorReadsAsASentence() {
        let error = EventLineError(cause: .badUTF8, offset: 7)
        #expect(error.description == "The event line is refused at byte 7: bad_utf8.")
    }
}
