import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct ResourcesTests {
    @Test(arguments: [
        (0, 268_435_456), (8 << 20, 268_435_456), (134_217_728, 268_435_456), (402_653_184, 626_349_396),
        (.max, .max),
    ])
    func theStoreTakesAQuarterOfWhatIsNeeded(stacks: Int, needed: Int) {
        #expect(Resources.needed(stacks: stacks) == needed)
    }

    @Test func aShortageSaysWhatToDo() {
        #expect(
            ResourceShortage(needed: 256 << 20, left: 100 << 20).description
                == "The process may map 100 MiB more, but needs 256 MiB: raise the limit with ulimit -v or LimitAS=."
        )
    }
}
