import Bytes
import Ingest
import TestKit
import TelemetryMetrics
import Testing

@testable import Carbon

private struct Visits: SampleVisitor {
    var lines: [String] = []

    mutating func sample(_ sample: borrowing Sample, in frame: RawSpan) {
        var line = "\(sample.kind) \(frame.text(in: sample.name)) \(sample.value)"
        for label in sample.labels {
            line += " \(frame.text(in: label.name))=\(frame.text(in: label.value))"
        }
        lines.append(line)
    }

    mutating func malformed(_ cause: RejectionCause, line: RawSpan) { lines.append(cause.rawValue) }
}

private func visits(_ lines: [[UInt8]], tagsLimit: Int = 64) -> [String] {
    var parser = CarbonParser(labelsLimit: tagsLimit)
    var visits = Visits()
    for line in lines { line.withBytes(in: line.indices) { parser.parse($0, visitor: &visits) } }
    return visits.lines
}

@Suite(.timeLimit(.minutes(5)))
struct CarbonParserTests {
    @Test(arguments: [
        ("servers.web1.load 0.5 1700000000", "gauge servers.web1.load 0.5"),
        ("a -1e3 1700000000.5", "gauge a -1000.0"), ("  a\t 1  -1 ", "gauge a 1.0"),
        ("disk.used;host=a;mount=/var 7 1", "gauge disk.used 7.0 host=a mount=/var"),
        ("a;t= 1 1", "gauge a 1.0 t="), ("größe 1 1", "gauge größe 1.0"),
        ("a;b=c=d 1 1", "gauge a 1.0 b=c=d"),
    ])
    func isRead(_ line: String, _ visit: String) {
        #expect(visits([Array(line.utf8)]) == [visit])
    }

    @Test(arguments: [
        (" ", RejectionCause.emptyName), (";a=b 1 1", .emptyName), ("a", .missingValue),
        ("a ", .missingValue),
        ("a x 1", .badNumber), ("a nan 1", .badNumber), ("a inf 1", .badNumber), ("a 1e999 1", .badNumber),
        ("a 1", .badTimestamp), ("a 1 now", .badTimestamp), ("a 1 1 1", .trailingGarbage),
        ("a; 1 1", .badTags), ("a;b 1 1", .badTags), ("a;=b 1 1", .badTags), ("a;b=c; 1 1", .badTags),
        ("a;b=1;c=2;d=3 1 1", .tooManyTags),
    ])
    func saysWhyALineIsNoSample(_ line: String, _ cause: RejectionCause) {
        #expect(visits([Array(line.utf8)], tagsLimit: 2) == [cause.rawValue])
    }

    @Test func aLineHasNothingOfTheOneBefore() {
        #expect(visits(["a;b=c 1 1", "d 2 1"].map { Array($0.utf8) }) == ["gauge a 1.0 b=c", "gauge d 2.0"])
    }

    /// Bytes that nobody would send: each line is a sample or has a cause, and nothing traps.
    @Test(arguments: 0..<20)
    func anyBytesAreAnswered(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let bytes = Array("ab.;= \t019-+eE\u{0}\u{ff}".utf8) + [0x80, 0xFF]
        let lines = (0..<2000).map { _ in
            (0..<Int.random(in: 0..<24, using: &random)).map { _ in bytes.randomElement(using: &random) ?? 0 }
        }
        #expect(visits(lines).count == lines.count)
    }
}
