import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct LastShownTests {
    @Test func onlyWhatIsNewIsShown() {
        let last = LastShown<[Int]>()
        var shown: [[Int]] = []

        for value in [[], [1], [1], [2], [1]] { last.show(value) { shown.append(value) } }

        #expect(shown == [[], [1], [2], [1]])
    }
}
