import Bytes
import Ingest
import TelemetryMetrics
import TestKit
import Testing

@testable import StatsD

@Suite(.timeLimit(.minutes(5)))
struct StatsDParserMutationTests {
    private static let seeds = [
        "http.requests:1|c|@0.1|#route:/users,code:200\ntemp:-3.5|g\nlatency:320:12:7.5|ms|T1656581400",
        "a,k=v,k2=v2:1|c\nb#k=v:2|h\nc[k=v]:3|d\nusers:alice:bob|s\n_e{5,4}:title|text\n_sc|db|0",
        "f:2|ms:3|c|@0.1:6|g:1|c\nfoo[a=b].bar[c]:1::2|h|#x:1,#y\n[k=v]a:x|s:y|s|T12:3|d",
        ":1|c\na:1e308|c\na:0.000000000000000000001|g|c:x|e:y|@1\n\r\n|||:::###,,,[[[]]]",
    ]

    @Test func everyLineOfAMutatedDatagramIsVisited() {
        var mutator = Mutator(seed: 42)
        for _ in 0..<1000 {
            let datagram = mutator.mutated(Array(Self.seeds[mutator.below(Self.seeds.count)].utf8))
            let visited = visits(datagram)
            #expect(visited.count >= lineCount(datagram), "\(datagram)")
        }
    }

    @Test func theOffsetsOfEverySampleLieInItsDatagram() {
        var mutator = Mutator(seed: 43)
        var parser = StatsDParser()
        var visitor = OffsetVisitor()
        for _ in 0..<1000 {
            let datagram = mutator.mutated(Array(Self.seeds[mutator.below(Self.seeds.count)].utf8))
            datagram.withBytes(in: datagram.indices) { parser.parse($0, visitor: &visitor) }
        }
        #expect(visitor.outside == 0)
        #expect(visitor.samples > 1000)
    }

    private func lineCount(_ datagram: [UInt8]) -> Int {
        datagram.split(separator: 0x0a).count { $0 != [0x0d] }
    }
}

private struct OffsetVisitor: SampleVisitor {
    var samples = 0
    var outside = 0

    mutating func sample(_ sample: borrowing Sample, in datagram: RawSpan) {
        samples += 1
        let ranges = [sample.name, sample.text] + sample.labels.flatMap { [$0.name, $0.value] }
        let isInside = ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= datagram.byteCount }
        let isSound =
            isInside && !sample.name.isEmpty && sample.value.isFinite
            && sample.weight >= 1 && sample.weight <= 1e6
        outside += isSound ? 0 : 1
    }

    mutating func malformed(_ cause: RejectionCause, line: RawSpan) {
        outside += line.byteCount > 0 ? 0 : 1
    }
}

/// Changes bytes at random, the same way in every run.
private struct Mutator {
    private var generator: SeededGenerator
    private let interesting = Array(":|@#,[]=\n\r.+-eE019\u{0}c".utf8) + [0xff, 0x80]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(8) where !bytes.isEmpty {
            let position = below(bytes.count)
            switch below(4) {
            case 0: bytes[position] = UInt8(below(256))
            case 1: bytes[position] = interesting[below(interesting.count)]
            case 2: bytes.remove(at: position)
            default: bytes.insert(interesting[below(interesting.count)], at: position)
            }
        }
        return Array(bytes.prefix(bytes.count - (below(10) == 0 ? below(bytes.count) : 0)))
    }
}
