import Testing

@testable import StateFiles

@Suite(.timeLimit(.minutes(5)))
struct StateChoiceTests {
    private static func choice(
        kept: (UInt64, UInt64)? = nil, live: (UInt64, UInt64)? = nil, image: (UInt64, UInt64)? = nil
    ) -> StateChoice {
        let places: [(StateChoice.Place, (UInt64, UInt64)?)] = [
            (.kept, kept), (.live, live), (.image, image),
        ]
        return StateChoice(
            places.compactMap { place, state in
                state.map { StateChoice.Candidate(place: place, lineage: $0.0, generation: $0.1) }
            })
    }

    @Test func takesTheOnlyOneThatThereIs() {
        #expect(Self.choice().chosen == nil)
        #expect(Self.choice(kept: (7, 1)).chosen == .kept)
        #expect(Self.choice(live: (7, 1)).chosen == .live)
        #expect(Self.choice(image: (7, 1)).chosen == .image)
    }

    @Test func prefersAMemoryToItsImageAndAnImageToAnOlderMemory() {
        #expect(Self.choice(kept: (7, 3), image: (7, 3)).chosen == .kept)
        #expect(Self.choice(kept: (7, 3), image: (7, 2)).chosen == .kept)
        #expect(Self.choice(kept: (7, 3), image: (7, 4)).chosen == .image)
        #expect(Self.choice(live: (7, 3), image: (7, 3)).chosen == .live)
        #expect(Self.choice(live: (7, 3), image: (7, 4)).chosen == .image)
    }

    @Test func neverTakesAMemoryWhoseOwnerDiedBeforeItWasWhole() {
        #expect(Self.choice(kept: (7, 0)).chosen == nil)
        #expect(Self.choice(kept: (7, 0), image: (7, 1)).chosen == .image)
        #expect(Self.choice(live: (9, 0), image: (7, 1)).setAside == nil)
    }

    @Test func setsAsideWhatIsOfAnotherHistory() {
        #expect(Self.choice(kept: (7, 1), image: (8, 5)).chosen == .kept)
        #expect(Self.choice(kept: (7, 1), image: (8, 5)).setAside == .image)
        #expect(Self.choice(live: (7, 9), image: (8, 5)).chosen == .image)
        #expect(Self.choice(live: (7, 9), image: (8, 5)).setAside == .live)
    }
}
