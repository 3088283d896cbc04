import Ingest
import TelemetryMetrics
import Testing

@testable import StatsD

/// How clients write tags and pack samples.
@Suite(.timeLimit(.minutes(5)))
struct StatsDDialectTests {
    @Test(arguments: [
        ("a:1|c|#x:1,#y:2", "counter a 1.0 x=1 y=2"), ("a:1|c|##x:1", "counter a 1.0 x=1"),
        ("a:1|c|#x:#1,#,#y", "counter a 1.0 x=#1 y"),
    ])
    func aHashMayStandBeforeEachTag(line: String, sample: String) {
        #expect(visits(line) == [sample])
    }

    @Test(arguments: [
        ("foo[a=b].bar:1|c", "counter foo.bar 1.0 a=b"), ("[a=b]foo:1|c", "counter foo 1.0 a=b"),
        ("a[k=v]b[l=w]c:1|c", "counter abc 1.0 k=v l=w"), ("[k=v]a[l=w]:1|c", "counter a 1.0 k=v l=w"),
        ("a[k=v]b,l=w:1|c|#m:x", "counter ab 1.0 k=v l=w m=x"), ("a[]b[]c:1|c", "counter abc 1.0"),
        ("a[k=v:2]b:3|g", "gauge ab 3.0 k=v:2"),
        ("a[k=v]b#l=w:+1|g|@0.5", "gauge ab 1.0 relative @0.5 k=v l=w"),
        ("_[k=v]e{:1|c", "counter _e{ 1.0 k=v"), ("a]b:1|c", "counter a]b 1.0"),
    ])
    func bracketsMayStandAnywhereInTheName(line: String, sample: String) {
        #expect(visits(line) == [sample])
        #expect(visits("\(line)\nz:2|g\n\(line)") == [sample, "gauge z 2.0", sample])
    }

    @Test(arguments: [
        ("a:1::2|h", ["histogram a 1.0", "histogram a 2.0"]), ("a::1:|h", ["histogram a 1.0"]),
        ("a:::1:::|c|@0.5", ["counter a 1.0 @0.5"]), ("a::|s", ["set a {:}"]),
    ])
    func emptyValuesAreSkipped(line: String, samples: [String]) {
        #expect(visits(line) == samples)
    }

    @Test(arguments: [
        (
            "f:200|ms:5|c|@0.1:6|g:1|c",
            ["timer f 200.0", "counter f 5.0 @0.1", "gauge f 6.0", "counter f 1.0"]
        ),
        ("f,k=v:1|c:2|g", ["counter f 1.0 k=v", "gauge f 2.0 k=v"]),
        ("f[k=v]g:1|c:2|g", ["counter fg 1.0 k=v", "gauge fg 2.0 k=v"]),
        ("f:1|c:2|g|#k:v:3|h", ["counter f 1.0", "gauge f 2.0 k=v:3"]),
        ("f:1:2|h:3|c", ["histogram f 1.0", "histogram f 2.0", "counter f 3.0"]),
        ("f:ann|s:bob|s", ["set f {ann}", "set f {bob}"]),
        ("f:1|c|T16:2|g", ["counter f 1.0", "gauge f 2.0"]), ("f:1|c|Tx:2|g", ["counter f 1.0"]),
        ("f:1|c|c:83c0:2|e:x:y|card:low", ["counter f 1.0"]), ("f:1|c|#u:x|T16:2|g", ["counter f 1.0 u=x"]),
    ])
    func severalSamplesMayStandOnALine(line: String, samples: [String]) {
        #expect(visits(line) == samples)
    }

    @Test(arguments: [
        ("f:1|x:2|g", ["unknown_type: ", "gauge f 2.0"]),
        ("f:1|c:|g:3|h", ["counter f 1.0", "missing_value: ", "histogram f 3.0"]),
        ("f:1|c|@2:5|g", ["bad_rate: ", "gauge f 5.0"]), ("f:1|c:2", ["counter f 1.0", "missing_type: "]),
        ("f:1|c:", ["counter f 1.0", "missing_value: "]), ("f:1|:2|g", ["missing_type: ", "gauge f 2.0"]),
        ("f:1|c|#k:v|@2:5|g", ["bad_rate: "]), ("f:x|c:2|g", ["bad_number: ", "gauge f 2.0"]),
    ])
    func aBadSampleSpoilsOnlyItself(line: String, samples: [String]) {
        #expect(visits(line) == samples.map { $0.hasSuffix(": ") ? $0 + line : $0 })
    }

    @Test(arguments: [
        (TagStyles.dogStatsD, "a:1|c|#k:v:2|g", "counter a 1.0"),
        (.influxDB, "a,k=v:1|c", "counter a,k=v 1.0"),
        (.librato, "a#k=v:1|c", "counter a#k=v 1.0"), (.librato, "a#b,k=v:1|c", "counter a#b 1.0 k=v"),
        (.signalFX, "a[k=v]b:1|c", "counter a[k=v]b 1.0"),
        (.signalFX, "a[k=v,l=w]:1|c", "counter a[k=v 1.0 l=w]"),
        (.all, "a[b],c#d:1|c|#k:v", "counter a[b],c#d 1.0"), (.all, ",:1|c", "counter , 1.0"),
    ])
    func aStyleThatIsOffIsNoTag(off: TagStyles, line: String, sample: String) {
        #expect(visits(line, by: StatsDParser(styles: TagStyles.all.subtracting(off))) == [sample])
    }

    @Test(arguments: [
        ("a:1|c|#prod,k:v,#test", ["counter a 1.0 k=v", "dropped 2 bare, 0 nameless"]),
        ("a,prod,k=v:1|c|#:x", ["counter a 1.0 k=v", "dropped 1 bare, 1 nameless"]),
        ("a[prod]b:1|c:2|c", ["counter ab 1.0", "dropped 1 bare, 0 nameless", "counter ab 2.0"]),
        ("a,prod:1|c|#,,:", ["counter a 1.0", "dropped 1 bare, 1 nameless"]),
        ("a:1|c|#k:", ["counter a 1.0 k="]),
    ])
    func bareTagsCanBeDropped(line: String, expected: [String]) {
        #expect(visits(line, by: StatsDParser(bareTags: .drop)) == expected)
    }

    @Test func aDroppedTagOfABadLineIsNotCounted() {
        #expect(
            visits("a,prod:1|x\nb:1|c\nc:1|c|#:v", by: StatsDParser(bareTags: .drop)) == [
                "unknown_type: a,prod:1|x", "counter b 1.0", "counter c 1.0", "dropped 0 bare, 1 nameless",
            ])
    }

    @Test func droppedTagsDontCountAsTags() {
        #expect(
            visits("a:1|c|#x,y,k:v", by: StatsDParser(labelsLimit: 1, bareTags: .drop)) == [
                "counter a 1.0 k=v", "dropped 2 bare, 0 nameless",
            ])
    }
}
