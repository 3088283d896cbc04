import Ingest
import TestKit
import Testing

@testable import EventSocket

@Suite(.timeLimit(.minutes(5)))
struct EventLineParserMutationTests {
    private static let seeds = [
        #"{"event":"http.request","measurements":{"duration":0.012,"n":-3e+7},"metadata":{"route":"/é","ok":true}}"#,
        #"{"x":[1,{"y":"\ud83d\ude00\n"},[[]],null],"event":"a.b","metadata":{"k":null,"l":1.5}}"#,
    ]

    @Test func everyMutatedLineIsAnEventOrAnErrorInsideTheLine() {
        var generator = SeededGenerator(seed: 11)
        var events = 0
        var errors = 0
        for round in 0..<1000 {
            let line = mutated(Array(Self.seeds[round % Self.seeds.count].utf8), &generator)
            do {
                let event = try parse(line)
                events += 1
                #expect(isSound(event), "\(line)")
            } catch {
                errors += 1
                #expect((0...line.count).contains(error.offset), "\(line)")
            }
        }
        #expect(events > 20)
        #expect(errors > 500)
        #expect(events + errors == 1000)
    }

    @Test(arguments: seeds)
    func everyPrefixOfALineIsRefused(seed: String) {
        let bytes = Array(seed.utf8)
        for length in 0..<bytes.count {
            #expect(throws: EventLineError.self) { try parse(Array(bytes.prefix(length))) }
        }
    }

    private func isSound(_ event: WireEvent) -> Bool {
        let ranges =
            [event.name] + event.measurements.map(\.name) + event.metadata.flatMap { [$0.name, $0.value] }
        return !event.name.isEmpty && String(validating: event.text, as: UTF8.self) != nil
            && ranges.allSatisfy { $0.upperBound <= event.text.count }
    }

    /// Changes up to four bytes; the same changes in every run.
    private func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        let interesting = Array("{}[]\",:\\u0e-+.\n ".utf8) + [0x00, 0x80, 0xff, 0xd8]
        var bytes = bytes
        for _ in 0...below(4, &generator) {
            let position = below(bytes.count, &generator)
            switch below(4, &generator) {
            case 0: bytes[position] = UInt8(below(256, &generator))
            case 1: bytes[position] = interesting[below(interesting.count, &generator)]
            case 2: bytes.remove(at: position)
            default: bytes.insert(interesting[below(interesting.count, &generator)], at: position)
            }
        }
        return bytes
    }

    private func below(_ limit: Int, _ generator: inout SeededGenerator) -> Int {
        Int.random(in: 0..<limit, using: &generator)
    }
}
