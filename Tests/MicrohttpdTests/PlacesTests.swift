import Synchronization
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct PlacesTests {
    @Test func aPlaceIsGivenBackOnce() {
        let places = Places(2)
        var taken = [places.enter(), places.enter()]
        #expect(places.enter() == nil)

        taken[0]?.giveBack()
        taken[0]?.giveBack()
        taken[0] = nil

        #expect(places.count == 1)
        withExtendedLifetime(taken) {}
    }

    @Test func aPlaceGoesBackWithItsLastReference() {
        let places = Places(1)
        var taken = places.enter()
        #expect(taken != nil)

        taken = nil

        #expect(places.count == 0)
    }

    @Test func whoIsRefusedTakesNoPlaceMeanwhile() {
        let places = Places(1)
        let taken = places.enter()
        let isOver = Atomic(false)

        onThreads(2) { _ in
            while !isOver.load(ordering: .relaxed) { #expect(places.enter() == nil) }
        } meanwhile: {
            let counts = Set((0..<200_000).map { _ in places.count })
            isOver.store(true, ordering: .relaxed)
            #expect(counts == [1])
        }

        withExtendedLifetime(taken) {}
    }
}
