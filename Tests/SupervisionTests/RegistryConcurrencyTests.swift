import Synchronization
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct RegistryConcurrencyTests {
    /// What listeners were told, as text.
    private final class Told: Sendable {
        private let state = Mutex<[String]>([])
        var lines: [String] { state.withLock { $0 } }
        func note(_ line: String) { state.withLock { $0.append(line) } }

        func listener(_ change: Registry<String, Int>.Change) {
            switch change {
            case .registered(let key, let value, _): note("+\(key) \(value)")
            case .unregistered(let key, _): note("-\(key)")
            }
        }
    }

    /// A value whose end calls the registry that it was in.
    private final class Calling: Sendable {
        private let registry: Registry<String, Calling>
        init(_ registry: Registry<String, Calling>) { self.registry = registry }
        deinit { _ = registry.count }
    }

    @Test func listenersAreToldOfRegistrationsAndEnds() throws {
        let told = Told()
        let registry = Registry<String, Int>(keys: .duplicate, listeners: [told.listener, told.listener])
        let owner = registry.makeOwner()
        try owner.register("a", 1)
        try owner.register("b", 2)
        owner.update("b") { $0 + 1 }
        owner.unregister("a")
        owner.end()
        #expect(told.lines == ["+a 1", "+a 1", "+b 2", "+b 2", "-a", "-a", "-b", "-b"])
    }

    @Test func aRefusedRegistrationIsToldToNobody() throws {
        let told = Told()
        let registry = Registry<String, Int>(listeners: [told.listener])
        let owner = registry.makeOwner()
        try owner.register("a", 1)
        try? owner.register("a", 2)
        #expect(told.lines == ["+a 1"])
    }

    @Test func aListenerMayRegisterAndIsToldAfterwards() throws {
        let told = Told()
        let follower = Mutex<Registry<String, Int>.Owner?>(nil)
        let registry = Registry<String, Int>(listeners: [
            { change in
                told.listener(change)
                guard case .registered("a", _, _) = change else { return }
                try? follower.withLock { $0 }?.register("b", 2)
                told.note("done")
            }
        ])
        follower.withLock { $0 = registry.makeOwner() }
        let owner = registry.makeOwner()
        try owner.register("a", 1)
        #expect(told.lines == ["+a 1", "done", "+b 2"])
    }

    @Test func theEndOfAValueMayCallTheRegistry() throws {
        let registry = Registry<String, Calling>()
        let owner = registry.makeOwner()
        try owner.register("a", Calling(registry))
        owner.update("a") { _ in Calling(registry) }
        owner.unregister("a")
        try owner.register("b", Calling(registry))
        owner.end()
        #expect(registry.count == 0)
    }

    @Test func theDescriptionOfAKeyMayCallTheRegistry() throws {
        struct Key: Hashable, CustomStringConvertible {
            static let registry = Registry<Key, Int>()
            var description: String { "one of \(Self.registry.count)" }
        }
        let owner = Key.registry.makeOwner()
        try owner.register(Key(), 1)
        #expect(throws: RegistryError.alreadyRegistered(key: "one of 1")) { try owner.register(Key(), 2) }
    }

    @Test func listenersAreToldInOrderBesideOtherThreads() async {
        let told = Told()
        let registry = Registry<String, Int>(listeners: [told.listener])
        await withTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for round in 0..<500 {
                        let owner = registry.makeOwner()
                        try? owner.register("key", worker * 500 + round)
                        owner.end()
                    }
                }
            }
        }
        // Of a unique key: registered and unregistered by turns, or an order was lost.
        #expect(
            told.lines.enumerated().allSatisfy { index, line in line.hasPrefix(index % 2 == 0 ? "+" : "-") })
        #expect(told.lines.count.isMultiple(of: 2))
        #expect(told.lines.count >= 2)
    }

    @Test func oneOfManyGetsAUniqueKey() async {
        let registry = Registry<Int, Int>()
        let owners = (0..<8).map { _ in registry.makeOwner() }
        let won = await withTaskGroup(of: Int.self) { group in
            for (number, owner) in owners.enumerated() {
                group.addTask {
                    (0..<1000).count { key in (try? owner.register(key, number)) != nil }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(won == 1000)
        #expect(registry.count == 1000)
        #expect(owners.map(\.keys.count).reduce(0, +) == 1000)
    }

    @Test func losesNoUpdate() async throws {
        let registry = Registry<String, Int>()
        let owner = registry.makeOwner()
        try owner.register("a", 0)
        await withTaskGroup { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1000 { owner.update("a") { $0 + 1 } } } }
        }
        #expect(registry["a"] == 8000)
    }

    @Test func nothingIsLeftOfOwnersThatCameAndWent() async {
        let registry = Registry<Int, Int>(keys: .duplicate)
        await withTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for round in 0..<500 {
                        await registry.withOwner { owner in
                            for key in 0..<4 { try? owner.register((round + key) % 7, worker) }
                            if round.isMultiple(of: 3) { owner.unregister(round % 7) }
                        }
                    }
                }
            }
        }
        #expect(registry.count == 0)
        #expect(registry.keys.isEmpty)
        #expect(registry.registrations.isEmpty)
    }
}
