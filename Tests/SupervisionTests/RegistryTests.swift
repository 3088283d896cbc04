import Synchronization
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct RegistryTests {
    private let unique = Registry<String, Int>()
    private let duplicate = Registry<String, Int>(keys: .duplicate)

    @Test func findsWhatWasRegistered() throws {
        let owner = unique.makeOwner()
        try owner.register("a", 1)
        #expect(unique["a"] == 1)
        #expect(unique.lookup("a").map(\.owner) == [owner.id])
        #expect(unique.lookup("b").isEmpty)
        #expect(unique["b"] == nil)
    }

    @Test func aUniqueKeyIsRefusedToAllOthersAndItsOwner() throws {
        let (first, second) = (unique.makeOwner(), unique.makeOwner())
        try first.register("a", 1)
        for owner in [first, second] {
            #expect(throws: RegistryError.alreadyRegistered(key: "a")) { try owner.register("a", 2) }
        }
        #expect(unique["a"] == 1)
        #expect(second.keys.isEmpty)
    }

    @Test func aDuplicateKeyKeepsTheOrder() throws {
        let (first, second) = (duplicate.makeOwner(), duplicate.makeOwner())
        try first.register("a", 1)
        try second.register("a", 2)
        try first.register("a", 3)
        #expect(duplicate.lookup("a").map(\.value) == [1, 2, 3])
        #expect(first.values(for: "a") == [1, 3])
        #expect(first.keys == ["a", "a"])
        #expect(duplicate.count == 3)
        #expect(duplicate.count(of: "a") == 3)
    }

    @Test func unregisteringTakesAllOfOneOwnerAndNothingElse() throws {
        let (first, second) = (duplicate.makeOwner(), duplicate.makeOwner())
        try first.register("a", 1)
        try second.register("a", 2)
        try first.register("a", 3)
        try first.register("b", 4)
        first.unregister("a")
        #expect(duplicate.lookup("a").map(\.value) == [2])
        #expect(first.keys == ["b"])
        #expect(duplicate.count == 2)
        first.unregister("c")
        #expect(duplicate.count == 2)
    }

    @Test func leavingComparesFewKeys() throws {
        let registry = Registry<CountedKey, Int>()
        let owner = registry.makeOwner()
        let keys = (0..<1000).map { CountedKey(number: $0) }
        for key in keys { try owner.register(key, 1) }
        let before = CountedKey.comparisons.load(ordering: .relaxed)
        for key in keys.reversed() { owner.unregister(key) }
        #expect(registry.count == 0)
        #expect(CountedKey.comparisons.load(ordering: .relaxed) - before < 20_000)
    }

    @Test func findsWhatIsLeftAmongMany() throws {
        let owners = (0..<100).map { _ in duplicate.makeOwner() }
        for owner in owners { try owner.register("a", 1) }
        for (place, owner) in owners.enumerated() where place % 3 != 0 { owner.unregister("a") }
        let left = owners.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
        #expect(duplicate.lookup("a").map(\.owner) == left.map(\.id))
        for owner in left { #expect(owner.update("a") { $0 + 1 }?.new == 2) }
        #expect(duplicate.lookup("a").map(\.value) == Array(repeating: 2, count: left.count))
        for owner in left.reversed() { owner.end() }
        #expect(duplicate.keys.isEmpty)
    }

    @Test func everythingEndsWithItsOwner() throws {
        let (first, second) = (duplicate.makeOwner(), duplicate.makeOwner())
        for key in ["a", "b", "a"] { try first.register(key, 1) }
        try second.register("a", 2)
        first.end()
        first.end()
        #expect(duplicate.keys == ["a"])
        #expect(duplicate.registrations.map(\.entry.value) == [2])
        #expect(duplicate.count == 1)
        #expect(throws: RegistryError.ownerEnded) { try first.register("a", 3) }
    }

    @Test func anOwnerEndsWithItsLastReference() throws {
        var owner: Registry<String, Int>.Owner? = unique.makeOwner()
        try owner?.register("a", 1)
        #expect(unique["a"] == 1)
        owner = nil
        #expect(unique["a"] == nil)
    }

    @Test func aRegistrationEndsWithItsScope() async throws {
        try await unique.withRegistration("a", 1) { value in
            #expect(unique["a"] == value)
        }
        #expect(unique["a"] == nil)
        await #expect(throws: Broken()) {
            try await unique.withRegistration("a", 1) { _ in throw Broken() }
        }
        #expect(unique.count == 0)
    }

    @Test func anOwnerEndsWithItsScopeWhoeverKeepsIt() async throws {
        let owner = try await unique.withOwner { owner in
            try owner.register("a", 1)
            return owner
        }
        #expect(unique["a"] == nil)
        #expect(throws: RegistryError.ownerEnded) { try owner.register("a", 1) }
    }

    @Test func aRefusedScopeIsNotEntered() async throws {
        let owner = unique.makeOwner()
        try owner.register("a", 1)
        await #expect(throws: RegistryError.alreadyRegistered(key: "a")) {
            try await unique.withRegistration("a", 2) { _ in Issue.record("was entered") }
        }
        #expect(unique["a"] == 1)
    }

    @Test func dispatchSeesAllAtOnceAndNeverNone() throws {
        let owner = duplicate.makeOwner()
        try owner.register("a", 1)
        try owner.register("a", 2)
        var calls: [[Int]] = []
        duplicate.dispatch("a") { calls.append($0.map(\.value)) }
        duplicate.dispatch("b") { calls.append($0.map(\.value)) }
        owner.end()
        duplicate.dispatch("a") { calls.append($0.map(\.value)) }
        #expect(calls == [[1, 2]])
    }

    @Test func theBodyOfADispatchMayChangeTheRegistry() throws {
        let owner = duplicate.makeOwner()
        try owner.register("a", 1)
        try duplicate.dispatch("a") { entries in
            try owner.register("a", 2)
            owner.unregister("a")
            #expect(entries.map(\.value) == [1])
        }
        #expect(duplicate.count == 0)
    }

    @Test func updatesItsOwnValueOnly() throws {
        let (first, second) = (duplicate.makeOwner(), duplicate.makeOwner())
        try first.register("a", 1)
        try second.register("a", 10)
        let values = second.update("a") { $0 + 1 }
        #expect(values?.old == 10)
        #expect(values?.new == 11)
        #expect(duplicate.lookup("a").map(\.value) == [1, 11])
        #expect(second.update("b") { $0 + 1 } == nil)
    }

    @Test func aFailedUpdateChangesNothing() throws {
        let owner = unique.makeOwner()
        try owner.register("a", 1)
        #expect(throws: Broken()) { try owner.update("a") { _ in throw Broken() } }
        #expect(unique["a"] == 1)
    }

    @Test func anUpdateBesideAnotherBeginsAgain() throws {
        let owner = unique.makeOwner()
        try owner.register("a", 1)
        var calls = 0
        owner.update("a") { value in
            calls += 1
            if calls == 1 { owner.update("a") { $0 + 10 } }
            return value * 2
        }
        #expect(calls == 2)
        #expect(unique["a"] == 22)
    }

    @Test func keepsMetadata() {
        unique.setMetadata(7, for: "seven")
        #expect(unique.metadata(for: "seven", as: Int.self) == 7)
        #expect(unique.metadata(for: "seven", as: String.self) == nil)
        unique.setMetadata(nil, for: "seven")
        #expect(unique.metadata(for: "seven", as: Int.self) == nil)
    }
}

/// Counts how often keys are compared; for one test.
private struct CountedKey: Hashable, Sendable {
    static let comparisons = Atomic(0)
    let number: Int

    static func == (left: CountedKey, right: CountedKey) -> Bool {
        comparisons.add(1, ordering: .relaxed)
        return left.number == right.number
    }

    func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
