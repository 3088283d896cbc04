import ConfigurationKeys
import TestKit
import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct ConfigurationMutationTests {
    private static let pieces =
        "{ } [ ] , : - ? | > # & * ! % @ \" ' \\ \u{0} \u{7f} \u{85} \u{feff} \t é 0 -1 1e999 null ~ << \\uD800 $ ${ .. a: &a *a --- ..."
        .split(separator: " ").map(String.init) + ["\n", " ", "  ", "\r\n", ": ", "- "]

    /// The good file with one to four places replaced, inserted, removed, doubled or moved.
    private static func mutation(seed: UInt64) -> String {
        var generator = SeededGenerator(seed: seed)
        var scalars = Array(ExampleFile.text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let start = Int.random(in: 0..<scalars.count, using: &generator)
            let end = min(scalars.count, start + Int.random(in: 0...30, using: &generator))
            let piece = Array((pieces.randomElement(using: &generator) ?? "").unicodeScalars)
            switch Int.random(in: 0...4, using: &generator) {
            case 0: scalars[start] = piece.first ?? "x"
            case 1: scalars.insert(contentsOf: piece, at: start)
            case 2: scalars.removeSubrange(start..<end)
            case 3: scalars.insert(contentsOf: scalars[start..<end], at: end)
            default: scalars.swapAt(start, end - 1 < start ? start : end - 1)
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    @Test func answersEveryMutationWithAConfigurationOrWithLocatedErrors() {
        var refused = 0
        for seed in 0..<1000 as Range<UInt64> {
            do {
                _ = try Configuration.parse(text: Self.mutation(seed: seed), file: "c.yml")
            } catch {
                refused += 1
                let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
                #expect(!error.errors.isEmpty && lines.count == error.errors.count, "seed \(seed)")
                #expect(error.errors.allSatisfy { $0.location.map { $0.line > 0 && $0.column > 0 } == true })
            }
        }
        #expect((500..<1000).contains(refused))
    }

    @Test func answersEveryTruncation() {
        let scalars = Array(ExampleFile.text.unicodeScalars)
        var taken = 0
        for length in scalars.indices {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[..<length])
            taken += (try? Configuration.parse(text: String(text), file: "c.yml")) == nil ? 0 : 1
        }
        #expect((1..<scalars.count).contains(taken))
    }
}
