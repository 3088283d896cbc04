import TestKit
import Testing

@testable import Arena

@Suite(.timeLimit(.minutes(5)))
struct PagesTests {
    /// Pages 1 to 199, all free.
    private func pages() -> Pages {
        var pages = Pages()
        pages.grow(to: 200, isBacked: false)
        return pages
    }

    @Test func takesTheLowestRunThatFits() {
        var pages = pages()
        #expect(pages.take(3, aligned: 1) == 1)
        #expect(pages.take(4, aligned: 4) == 4)
        #expect(pages.take(4, aligned: 8) == 8)
        #expect(pages.take(1, aligned: 1) == 12)
        #expect(pages.take(8, aligned: 8) == 16)
        #expect(pages.take(4, aligned: 1) == 24)
        #expect(pages.take(2, aligned: 1) == 13)
        #expect(pages.take(1, aligned: 1) == 15)
        #expect(pages.take(180, aligned: 1) == nil)
        #expect(pages.takenCount == 28)
    }

    @Test func joinsNeighboursThatAreGivenBack() {
        var pages = pages()
        #expect(pages.take(199, aligned: 1) == 1)
        #expect(pages.take(1, aligned: 1) == nil)
        for page in [70, 68, 66, 69, 67] { pages.giveBack(page..<page + 1, isBacked: true) }
        #expect(pages.take(6, aligned: 1) == nil)
        #expect(pages.take(5, aligned: 1) == 66)
        #expect(pages.takenCount == 200)
    }

    @Test func saysHowManyPagesThereHaveToBe() {
        var pages = pages()
        #expect(pages.take(196, aligned: 1) == 1)
        // Three are left at the end, from 197 on.
        #expect(pages.countNeeded(for: 4, aligned: 1) == 201)
        #expect(pages.countNeeded(for: 8, aligned: 8) == 208)
        pages.grow(to: 208, isBacked: false)
        #expect(pages.take(8, aligned: 8) == 200)
    }

    @Test func givesOutForTheSystemWhatStayedFree() {
        var pages = Pages()
        pages.grow(to: 1000, isBacked: true)
        #expect(pages.takeIdle(atMost: 100) == nil)
        pages.age()
        #expect(pages.take(100, aligned: 1) == 1)
        pages.giveBack(50..<60, isBacked: true)
        // The lowest free ones stay: ten, and those from 101 on to the end of a word.
        #expect(pages.takeIdle(atMost: 100) == 192..<292)
        #expect(pages.takeIdle(atMost: 1000) == 292..<1000)
        #expect(pages.takeIdle(atMost: 1000) == nil)
        pages.giveBack(192..<1000, isBacked: false)
        pages.age()
        #expect(pages.takeIdle(atMost: 1000) == nil)
        #expect(pages.takenCount == 91)
        #expect(pages.take(808, aligned: 1) == 101)
    }

    @Test func looksForPagesThatTheSystemRefusedAgain() {
        var pages = Pages()
        pages.grow(to: 200, isBacked: true)
        pages.age()
        #expect(pages.takeIdle(atMost: 1000) == 128..<200)
        pages.giveBack(128..<200, isBacked: true)
        #expect(pages.takeIdle(atMost: 1000) == nil)
        pages.age()
        #expect(pages.takeIdle(atMost: 1000) == 128..<200)
    }

    @Test func findsWhatASetOfNumbersFinds() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            var set = PageSet()
            set.grow(to: 300)
            var numbers = Set<Int>()
            for _ in 0..<Int.random(in: 1..<12, using: &random) {
                let low = Int.random(in: 0..<300, using: &random)
                let range = low..<Int.random(in: low...min(low + 150, 300), using: &random)
                if Bool.random(using: &random) {
                    set.insert(range)
                    numbers.formUnion(range)
                } else {
                    set.remove(range)
                    numbers.subtract(range)
                }
            }
            #expect((0..<300).allSatisfy { set.contains($0) == numbers.contains($0) })
            let start = Int.random(in: 0..<300, using: &random)
            #expect(set.first(from: start) == numbers.filter { $0 >= start }.min())
            for (count, alignment) in [(1, 1), (3, 1), (2, 2), (8, 8), (70, 1), (64, 4)] {
                let fit = (start..<300).first { first in
                    first % alignment == 0 && (first..<first + count).allSatisfy(numbers.contains)
                }
                #expect(set.firstFit(count, aligned: alignment, from: start) == fit)
            }
        }
    }
}
