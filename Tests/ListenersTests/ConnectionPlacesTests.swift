import TestKit
import Testing

@testable import Listeners

@Suite(.timeLimit(.minutes(5)))
struct ConnectionPlacesTests {
    @Test func theOldestIsTheOneWithoutAByteForTheLongestTime() {
        var places = ConnectionPlaces(limit: 3, limitPerAddress: .max)
        let slots = (0..<3).map { _ in places.enter(from: nil) }
        #expect(slots == [0, 1, 2])
        #expect(places.oldest(of: nil).resting == 0)
        places.received(0, isInsideFrame: false)
        #expect(places.oldest(of: nil).resting == 1)
        places.received(1, isInsideFrame: false)
        places.received(2, isInsideFrame: false)
        #expect(places.oldest(of: nil).resting == 0)
    }

    @Test func thoseInsideOfAFrameAreApart() {
        var places = ConnectionPlaces(limit: 3, limitPerAddress: .max)
        for _ in 0..<3 { _ = places.enter(from: nil) }
        places.received(0, isInsideFrame: true)
        places.received(1, isInsideFrame: true)
        #expect(places.oldest(of: nil) == (2, 0))
        places.received(0, isInsideFrame: false)
        #expect(places.oldest(of: nil) == (2, 1))
        places.leave(2)
        #expect(places.oldest(of: nil) == (0, 1))
    }

    @Test func aSlotIsUsedAgainAsTheNewest() {
        var places = ConnectionPlaces(limit: 2, limitPerAddress: .max)
        _ = places.enter(from: nil)
        _ = places.enter(from: nil)
        #expect(places.room(for: nil) == .full)
        places.leave(0)
        #expect(places.room(for: nil) == .free)
        #expect(places.enter(from: nil) == 0)
        #expect(places.oldest(of: nil).resting == 1)
    }

    @Test func aNewConnectionIsBetweenTwoFramesWhateverHadItsSlot() {
        var places = ConnectionPlaces(limit: 1, limitPerAddress: .max)
        _ = places.enter(from: nil)
        places.received(0, isInsideFrame: true)
        places.leave(0)
        #expect(places.enter(from: nil) == 0)
        #expect(places.oldest(of: nil) == (0, nil))
    }

    @Test func anAddressHasItsOwnLimitAndItsOwnOldest() {
        var places = ConnectionPlaces(limit: 4, limitPerAddress: 2)
        _ = places.enter(from: "192.0.2.1")
        _ = places.enter(from: "192.0.2.2")
        _ = places.enter(from: "192.0.2.2")
        #expect(places.room(for: "192.0.2.1") == .free)
        #expect(places.room(for: "192.0.2.2") == .fullForAddress)
        #expect(places.oldest(of: "192.0.2.2") == (1, nil))
        places.received(1, isInsideFrame: true)
        #expect(places.oldest(of: "192.0.2.2") == (2, 1))
        #expect(places.oldest(of: nil) == (0, 1))
        places.leave(1)
        places.leave(2)
        #expect(places.room(for: "192.0.2.2") == .free)
        #expect(places.oldest(of: "192.0.2.2") == (nil, nil))
    }

    @Test func everyOrderIsThatOfAList() {
        var places = ConnectionPlaces(limit: 8, limitPerAddress: .max)
        var order = (0..<8).map { _ in places.enter(from: "::1") }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<1000 {
            guard let slot = order.randomElement(using: &random) else { return }
            order.removeAll { $0 == slot }
            if Bool.random(using: &random) {
                places.received(slot, isInsideFrame: false)
            } else {
                places.leave(slot)
                #expect(places.enter(from: "::1") == slot)
            }
            order.append(slot)
            #expect(places.oldest(of: nil) == (order[0], nil))
            #expect(places.oldest(of: "::1") == (order[0], nil))
        }
    }

    /// Some addresses, and connections without any.
    @Test func everyAddressHasItsOwnOrderOfBothKinds() throws {
        var places = ConnectionPlaces(limit: 12, limitPerAddress: 5)
        var order: [(slot: Int, address: String?, isInsideFrame: Bool)] = []
        var random = SeededGenerator(seed: 0x1A7E)
        for _ in 0..<5000 {
            let chosen = order.indices.randomElement(using: &random).map { order.remove(at: $0) }
            if let chosen, Int.random(in: 0..<4, using: &random) > 0 {
                let isInside = Bool.random(using: &random)
                places.received(chosen.slot, isInsideFrame: isInside)
                order.append((chosen.slot, chosen.address, isInside))
            } else if let chosen {
                places.leave(chosen.slot)
            }
            let address = Self.addresses.randomElement(using: &random).flatMap(\.self)
            let count = order.count { $0.address == address }
            let room = places.room(for: address)
            if address != nil, count == 5 {
                try #require(room == .fullForAddress)
            } else {
                try #require(room == (order.count == 12 ? .full : .free))
            }
            if room == .free { order.append((places.enter(from: address), address, false)) }

            for address in Self.addresses {
                let its = order.filter { address == nil || $0.address == address }
                let oldest = (
                    its.first { !$0.isInsideFrame }?.slot, its.first(where: \.isInsideFrame)?.slot
                )
                try #require(places.oldest(of: address) == oldest)
            }
            try #require(places.addressCount == Set(order.compactMap(\.address)).count)
        }
    }

    private static let addresses = [nil, "192.0.2.1", "192.0.2.2", "::1"]
}

private func == (one: (resting: Int?, insideFrame: Int?), other: (Int?, Int?)) -> Bool {
    one.resting == other.0 && one.insideFrame == other.1
}
