import Synchronization
import TestKit
import Testing

@testable import Telemetry

@Suite(.timeLimit(.minutes(5)))
struct PublishedReferenceTests {
    private final class Object: Sendable {
        let number: Int
        let isGone: Marker

        init(_ number: Int, _ isGone: Marker) {
            self.number = number
            self.isGone = isGone
        }

        deinit { isGone.set() }
    }

    private func used(_ reference: PublishedReference<Object>) -> Int? {
        var number: Int?
        ReclamationDomain.shared.read { reference.use { number = $0.number } }
        return number
    }

    private func reclaim(until isGone: Marker) {
        spin {
            ReclamationDomain.shared.reclaim()
            return isGone.isSet
        }
    }

    @Test func leadsToWhatWasPutThereLast() {
        let reference = PublishedReference<Object>()
        #expect(reference.isEmpty)
        #expect(used(reference) == nil)
        reference.replace(with: Object(1, Marker()))
        reference.replace(with: Object(2, Marker()))
        #expect(!reference.isEmpty)
        #expect(used(reference) == 2)
        reference.replace(with: nil)
        #expect(used(reference) == nil)
    }

    @Test func letsGoOfEachObjectOnce() {
        let gone = (0..<3).map { _ in Marker() }
        do {
            let reference = PublishedReference(Object(0, gone[0]))
            reference.replace(with: Object(1, gone[1]))
            reclaim(until: gone[0])
            #expect(!gone[1].isSet)
            reference.replace(with: nil)
            reference.replace(with: Object(2, gone[2]))
            reclaim(until: gone[1])
            #expect(!gone[2].isSet)
        }
        #expect(gone[2].isSet)
    }

    @Test func keepsAnObjectWhileItIsUsed() {
        let isGone = Marker()
        let reference = PublishedReference(Object(1, isGone))
        ReclamationDomain.shared.read {
            reference.use { _ in
                reference.replace(with: nil)
                for _ in 0..<100 { ReclamationDomain.shared.reclaim() }
                #expect(!isGone.isSet)
            }
        }
        reclaim(until: isGone)
    }

    @Test func nobodyUsesWhatIsGone() {
        let reference = PublishedReference(Object(0, Marker()))
        let isEnd = Marker()
        let wrong = Atomic(0)
        onThreads(4) { _ in
            while !isEnd.isSet {
                ReclamationDomain.shared.read {
                    reference.use { if $0.isGone.isSet { wrong.wrappingAdd(1, ordering: .relaxed) } }
                }
            }
        } meanwhile: {
            for number in 1..<2000 { reference.replace(with: Object(number, Marker())) }
            isEnd.set()
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }
}
