import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct StringPairNotesTests {
    private let notes = StringPairNotes()

    /// A string of its own storage, where it has one.
    private func text(_ number: Int, length: Int) -> String {
        "\(number)-" + String(repeating: "x", count: length)
    }

    @Test func findsShortStringsHoweverTheyWereMade() {
        notes.set(7, for: [("method", "GET"), ("code", "200")])
        #expect(notes.note(for: [("met" + "hod", ["G", "ET"].joined()), ("code", "\(100 * 2)")]) == 7)
    }

    @Test func findsLongStringsThatAreTheSame() {
        let pairs = [("a name that is long enough", text(1, length: 40))]
        notes.set(7, for: pairs)
        #expect(notes.note(for: pairs) == 7)
        #expect(notes.note(for: [("a name that is long enough", text(2, length: 40))]) == nil)
    }

    @Test func tellsApartWhatDiffersAnywhere() {
        let pairs = [("a", "b"), ("c", "d")]
        notes.set(1, for: pairs)
        for place in 0..<2 {
            var others = pairs
            others[place].0 = "x"
            #expect(notes.note(for: others) == nil)
            others = pairs
            others[place].1 = "x"
            #expect(notes.note(for: others) == nil)
        }
        #expect(notes.note(for: []) == nil)
        #expect(notes.note(for: [pairs[0]]) == nil)
        #expect(notes.note(for: pairs + pairs) == nil)
        #expect(notes.note(for: pairs) == 1)
    }

    @Test func takesNoPairsAtAll() {
        #expect(notes.note(for: []) == nil)
        notes.set(3, for: [])
        #expect(notes.note(for: []) == 3)
    }

    @Test func replacesANote() {
        notes.set(1, for: [("a", "b")])
        notes.set(2, for: [("a", "b")])
        #expect(notes.note(for: [("a", "b")]) == 2)
        notes.clear()
        #expect(notes.note(for: [("a", "b")]) == nil)
        notes.set(3, for: [("a", "b")])
        #expect(notes.note(for: [("a", "b")]) == 3)
    }

    @Test func findsNearlyAllOfMany() {
        for number in 0..<3000 { notes.set(UInt64(number), for: [("a", "\(number)")]) }
        let found = (0..<3000).map { notes.note(for: [("a", "\($0)")]) }
        #expect(zip(found, 0...).allSatisfy { $0 == nil || $0 == UInt64($1) })
        #expect(found.count { $0 != nil } > 2900)
    }

    /// Strings come and go, and their memory is used for others.
    @Test func neverTakesOneForAnother() {
        var random = SeededGenerator(seed: 5)
        var wrong = 0
        for round in 0..<50_000 {
            let number = Int.random(in: 0..<500, using: &random)
            let pairs = [("route", text(number, length: number % 3 * 20)), ("code", "\(number % 7)")]
            if let note = notes.note(for: pairs), note != UInt64(number) { wrong += 1 }
            if round % 3 == 0 { notes.set(UInt64(number), for: pairs) }
        }
        #expect(wrong == 0)
    }

    /// As with a text in them that is another one in each call.
    @Test func keepsFewOfWhatIsNotFoundAgain() {
        let constant = [("method", "GET")]
        notes.set(1, for: constant)
        var missed = 0
        for number in 0..<200_000 {
            notes.set(2, for: [("route", text(number, length: 20))])
            if notes.note(for: constant) != 1 {
                missed += 1
                notes.set(1, for: constant)
            }
        }
        #expect(notes.count <= 4096)
        #expect(missed <= 1)
    }

    @Test func pausesAndThenTriesAgain() {
        for number in 0..<5000 { notes.set(1, for: [("a", "\(number)")]) }
        notes.set(1, for: [("b", "")])
        #expect(notes.note(for: [("b", "")]) == nil)
        for number in 0..<65_536 { notes.set(1, for: [("a", "\(number)")]) }
        notes.set(1, for: [("b", "")])
        #expect(notes.note(for: [("b", "")]) == 1)
    }

    @Test func takesNoLongTexts() {
        notes.set(1, for: [("a", text(1, length: 2000))])
        #expect(notes.count == 0)
    }
}
