import Linux
import TelemetryMetrics
import Testing

@testable import StatsD

@Suite(.timeLimit(.minutes(5)))
struct StatsDParserTests {
    @Test(arguments: [
        ("a.b:1|c", "counter a.b 1.0"), ("a:-2|c", "counter a -2.0"), ("a:+2|c", "counter a 2.0"),
        ("a:3.5|g", "gauge a 3.5"), ("a:+3.5|g", "gauge a 3.5 relative"), ("a:-1|g", "gauge a -1.0 relative"),
        ("a:320|ms", "timer a 320.0"), ("a:1e3|h", "histogram a 1000.0"), ("a:.5|d", "distribution a 0.5"),
        ("a:user 7|s", "set a {user 7}"), ("a:::1|s", "set a {::1}"),
        ("héllo wörld:1|c", "counter héllo wörld 1.0"),
        ("_e:1|c", "counter _e 1.0"), ("_sc:1|c", "counter _sc 1.0"),
    ])
    func readsEveryType(line: String, sample: String) {
        #expect(visits(line) == [sample])
    }

    @Test(arguments: [
        ("a:1|c|@0.1", "counter a 1.0 @0.1"), ("a:1|c|@1", "counter a 1.0"),
        ("a:1|c|@1e-3|#k:v", "counter a 1.0 @0.001 k=v"), ("a:1|c|#k:v|@0.5", "counter a 1.0 @0.5 k=v"),
    ])
    func readsTheSampleRate(line: String, sample: String) {
        #expect(visits(line) == [sample])
    }

    @Test(arguments: [
        ("a:1|c|#k:v,k2", "counter a 1.0 k=v k2"),
        ("a:1|c|#url:http://x:80,b:", "counter a 1.0 url=http://x:80 b="),
        ("a:1|c|#", "counter a 1.0"), ("a:1|c|#,,k:v,", "counter a 1.0 k=v"),
        ("a:1|c|#k=v", "counter a 1.0 k=v"), ("a:1|c|#a:1|#b:2", "counter a 1.0 a=1 b=2"),
        ("a,k=v,k2=v2:1|c", "counter a 1.0 k=v k2=v2"), ("a,k:1|c", "counter a 1.0 k"),
        ("a,:1|c", "counter a 1.0"),
        ("a#k=v,k2=v2:1|c", "counter a 1.0 k=v k2=v2"), ("a[k=v,k2=v:2]:1|c", "counter a 1.0 k=v k2=v:2"),
        ("a[]:1|c", "counter a 1.0"), ("a,k=v:1|c|#k2:v2", "counter a 1.0 k=v k2=v2"),
    ])
    func readsTheTagsOfEveryDialect(line: String, sample: String) {
        #expect(visits(line) == [sample])
    }

    @Test(arguments: [
        "a:1|c|T1656581400", "a:1|c|c:83c0a99c", "a:1|c|e:it-false", "a:1|c|card:low", "a:1|c|", "a:1|c||",
    ])
    func ignoresTheExtensionsOfDogStatsD(line: String) {
        #expect(visits(line) == ["counter a 1.0"])
    }

    /// As the Datadog agent skips them: a client of a later version of the protocol is counted.
    @Test(arguments: [
        ("a:1|c|zz", "counter a 1.0"), ("a:1|c|zz:4|@0.5|#k:v", "counter a 1.0 @0.5 k=v"),
        ("a:3|ms|@0.1|#k:v|Z", "timer a 3.0 @0.1 k=v"), ("a:1|c|g", "counter a 1.0"),
    ])
    func aSectionToComeIsSkippedAndHidesNoOther(line: String, sample: String) {
        #expect(visits(line) == [sample])
    }

    @Test func severalValuesShareNameTypeAndTags() {
        #expect(
            visits("a:1:+2:3|g|@0.5|#k:v") == [
                "gauge a 1.0 @0.5 k=v", "gauge a 2.0 relative @0.5 k=v", "gauge a 3.0 @0.5 k=v",
            ])
    }

    @Test func aBadValueSpoilsOnlyItself() {
        #expect(
            visits("a:1:x:3:|ms") == [
                "timer a 1.0", "bad_number: a:1:x:3:|ms", "timer a 3.0",
            ])
    }

    @Test func readsEachLineOfADatagram() {
        #expect(
            visits("a:1|c\nb\r\n\r\n\nc:2|g\r\nd:3|ms\n")
                == ["counter a 1.0", "missing_value: b", "gauge c 2.0", "timer d 3.0"])
    }

    @Test func theTagsOfALineDoNotReachTheNext() {
        #expect(
            visits("a:1|c|@0.5|#k:v\na:+1|g\na:1|c") == [
                "counter a 1.0 @0.5 k=v", "gauge a 1.0 relative", "counter a 1.0",
            ])
    }

    @Test(arguments: ["", "\n", "\r\n", "\n\n\n"])
    func nothingIsInAnEmptyDatagram(datagram: String) {
        #expect(visits(datagram) == [])
    }

    @Test(arguments: [
        (":1|c", RejectionCause.emptyName), (",k=v:1|c", .emptyName), ("#k=v:1|c", .emptyName),
        ("[k=v]:1|c", .emptyName),
        ("a", .missingValue), ("a:", .missingValue), ("a|c", .missingValue), ("a:|c", .missingValue),
        ("a,k=v", .missingValue), ("a[k=v]", .missingValue), ("\u{0}\u{1}", .missingValue),
        ("a:1", .missingType), ("a:1|", .missingType), ("a:1||@0.1", .missingType),
        ("a:1|x", .unknownType), ("a:1|cc", .unknownType), ("a:1|m", .unknownType), ("a:1|C", .unknownType),
        ("a:1|c ", .unknownType), ("a:1|msx", .unknownType),
        ("a:nan|g", .badNumber), ("a:inf|g", .badNumber), ("a:-Infinity|g", .badNumber),
        ("a:1e400|c", .badNumber),
        ("a:0x1f|c", .badNumber), ("a: 1|c", .badNumber), ("a:1 |c", .badNumber), ("a:1,5|c", .badNumber),
        ("a:+|g", .badNumber), ("a:--1|g", .badNumber),
        ("a:1|c|@", .badRate), ("a:1|c|@0", .badRate), ("a:1|c|@-0.5", .badRate), ("a:1|c|@1.1", .badRate),
        ("a:1|c|@nan", .badRate), ("a:1|c|@x", .badRate),
        ("a[k=v:1|c", .badTags), ("a[k=v]b[:1|c", .badTags),
        ("a:::|h", .missingValue), ("a::|c", .missingValue), ("[k=v]", .missingValue),
        ("a[k=v]b|c", .missingValue),
        ("a:1|c|0.1", .badSection), ("a:1|c| @0.1", .badSection), ("a:1|c|\u{7f}", .badSection),
        ("_e{5,4}:title|text|#k:v", .event), ("_e{", .event), ("_sc|db|0|#k:v", .serviceCheck),
    ])
    func saysWhyALineIsNoSample(line: String, cause: RejectionCause) {
        #expect(visits(line) == ["\(cause.rawValue): \(line)"])
    }

    @Test func bytesThatAreNoTextAreHandedOverRaw() {
        let visited = visits([0xff, 0x3a, 0x31, 0x7c, 0x63, 0x7c, 0x23, 0xfe, 0x3a, 0xc3])
        #expect(visited == ["counter \u{fffd} 1.0 \u{fffd}=\u{fffd}"])
    }
}
