import Synchronization
import TelemetryMetrics
import Testing

@testable import Ingest

/// How a name that comes for the first time is decided upon.
@Suite(.timeLimit(.minutes(5)))
struct NewNameTests {
    /// What is called when a name is decided upon.
    private final class Observer: Sendable {
        private let body = Mutex<(@Sendable () -> Void)?>(nil)
        let calls = Atomic<Int>(0)

        func once(_ body: @escaping @Sendable () -> Void) { self.body.withLock { $0 = body } }

        func note() {
            calls.wrappingAdd(1, ordering: .relaxed)
            body.withLock { body in
                defer { body = nil }
                return body
            }?()
        }
    }

    private let observer = Observer()

    /// The rules of the fixture, which are observed.
    private func rules(limit: Int = 100, dropsNames: Bool = true, named name: String? = nil)
        -> WireRegistry.Rules
    {
        let plain = WireFixture.rules(limit: limit).resolve
        return WireRegistry.Rules(limit: limit, dropsNames: dropsNames) { [observer] sent, kind in
            observer.note()
            return plain(name ?? sent, kind)
        }
    }

    @Test func noLockIsHeldWhileRulesDecide() throws {
        let fixture = try WireFixture(rules())
        // Within a lock of its own, the registry would end the process.
        observer.once { [registry = fixture.registry] in #expect(registry.count == 0) }
        fixture.send("a")
        #expect(observer.calls.load(ordering: .relaxed) == 1)
        #expect(fixture.values == ["a_total": 1])
    }

    @Test func whatChangesMeanwhileIsWhatCounts() throws {
        let fixture = try WireFixture(rules())
        observer.once { [registry = fixture.registry, rules = rules(named: "b")] in
            registry.change(to: rules)
        }
        fixture.send("a")
        #expect(fixture.values == ["b_total": 1])
        #expect(fixture.registry.count == 1)
    }

    @Test func aNameThatIsTakenMeanwhileIsTakenOnce() throws {
        let fixture = try WireFixture(rules())
        observer.once { fixture.send("a") }
        fixture.send("a")
        #expect(fixture.values == ["a_total": 2])
        #expect(fixture.registry.count == 1)
    }

    @Test func aLimitThatIsReachedMeanwhileHolds() throws {
        let fixture = try WireFixture(rules(limit: 1))
        observer.once { fixture.send("b") }
        fixture.send("a")
        #expect(fixture.values == ["b_total": 1])
        #expect(fixture.rejections(.metricsLimit) == 1)
    }

    @Test func whatARuleDropsIsSaidToBeDroppedWhereThereIsNoRoom() throws {
        let fixture = try WireFixture(rules(limit: 1))
        for name in ["a", "drop.a", "b", "drop.a"] { fixture.send(name) }
        #expect(fixture.rejections(.droppedByRule) == 2)
        #expect(fixture.rejections(.metricsLimit) == 1)
        #expect(fixture.registry.count == 1)
    }

    @Test func noRuleIsAskedWithoutRoomWhereNoneDrops() throws {
        let fixture = try WireFixture(rules(limit: 1, dropsNames: false))
        for name in ["a", "b", "c", "a"] { fixture.send(name) }
        #expect(observer.calls.load(ordering: .relaxed) == 1)
        #expect(fixture.values == ["a_total": 2])
        #expect(fixture.rejections(.metricsLimit) == 2)
    }
}
