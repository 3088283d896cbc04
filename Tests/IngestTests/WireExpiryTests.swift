import Bytes
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import Ingest

/// What becomes of names that nobody sends any more.
@Suite(.timeLimit(.minutes(5)))
struct WireExpiryTests {
    @Test func aFullLimitFreesItself() throws {
        let wire = try WireFixture(WireFixture.rules(limit: 2))
        for name in ["a", "b", "c"] { wire.send(name) }
        #expect(wire.rejections(.metricsLimit) == 1)
        wire.expire()
        #expect(wire.registry.count == 0)
        for name in ["c", "d"] { wire.send(name, 2) }
        #expect(wire.values == ["c_total": 2, "d_total": 2])
        #expect(wire.rejections(.metricsLimit) == 1)
    }

    @Test func aNameMayComeBackAsAnotherType() throws {
        let wire = try WireFixture()
        wire.send("x", 3, .gauge)
        wire.send("x", 1, .counter)
        #expect(wire.rejections(.nameConflict) == 1)
        wire.expire()
        wire.send("x", 1, .counter)
        #expect(wire.values == ["x_total": 1])
        #expect(wire.rejections(.nameConflict) == 1)
    }

    /// Though it is sent all the time.
    @Test func aSecondNameIsTakenOnceTheFirstWithItsSanitisedNameIsGone() throws {
        let wire = try WireFixture()
        wire.send("a.b", 5)
        wire.send("a_b")
        wire.store.sweep()
        wire.store.clock.advance(by: .seconds(9))
        wire.send("a_b")
        wire.store.sweep()
        #expect(wire.values == ["a_b_total": 5])
        #expect(wire.rejections(.nameConflict) == 2)
        wire.store.clock.advance(by: .seconds(1))
        wire.send("a_b")
        wire.store.sweep()
        wire.send("a_b", 7)
        #expect(wire.values == ["a_b_total": 7])
        #expect(wire.rejections(.nameConflict) == 3)
    }

    @Test func aNameThatIsUsedStaysWithItsCounts() throws {
        let wire = try WireFixture()
        wire.send("gone")
        for _ in 0..<5 {
            wire.send("used")
            wire.store.sweep()
            wire.store.clock.advance(by: .seconds(9))
            wire.store.sweep()
        }
        #expect(wire.values == ["used_total": 5])
        #expect(wire.registry.count == 1)
    }

    @Test func aMetricStaysForItsNamesThatAreUsed() throws {
        let wire = try WireFixture()
        wire.send("x.1", 10)
        for _ in 0..<4 {
            wire.send("x.2")
            wire.store.sweep()
            wire.store.clock.advance(by: .seconds(9))
            wire.store.sweep()
        }
        #expect(wire.values == ["x_total": 14])
        #expect(wire.registry.count == 1)
        wire.send("x.1", 100)
        #expect(wire.values == ["x_total": 114])
        wire.expire()
        #expect(wire.values == [:])
        #expect(wire.registry.count == 0)
        wire.send("x.3")
        #expect(wire.values == ["x_total": 1])
    }

    @Test func namesWithoutExpiryStay() throws {
        let wire = try WireFixture(WireFixture.rules(expiry: nil))
        wire.send("a")
        for _ in 0..<10 { wire.expire() }
        #expect(wire.values == ["a_total": 1])
        #expect(wire.registry.count == 1)
    }

    @Test(arguments: [nil, WireFixture.expiry] as [Duration?])
    func aNameWhoseValuesWereAllRefusedGoes(expiry: Duration?) throws {
        let wire = try WireFixture(WireFixture.rules(expiry: expiry))
        wire.send("a", .infinity)
        #expect(wire.rejections(.overflow) == 1)
        for _ in 0..<2 { wire.expire() }
        #expect(wire.registry.count == 0)
        #expect(!wire.store.families.contains { $0.name == "a_total" })
    }

    @Test func namesThatStandForNothingGiveTheirSlotsBack() throws {
        let wire = try WireFixture(WireFixture.rules(limit: 5, expiry: nil))
        _ = try wire.store.register(MetricDefinition(.gauge, name: "taken", help: ""), isInternal: true)
        wire.send("first.one")
        for name in ["first_one", "drop.a", "taken", "up"] { wire.send(name) }
        wire.send("late")
        #expect(wire.rejections(.metricsLimit) == 1)
        for cause in [RejectionCause.nameConflict, .droppedByRule] { #expect(wire.rejections(cause) > 0) }
        for _ in 0..<2 { wire.expire() }
        #expect(wire.registry.count == 1)
        wire.send("late")
        #expect(wire.values["late_total"] == 1)
    }

    @Test func moreNamesThanTheLimitOnceLeaveRoomForOthers() throws {
        let wire = try WireFixture(WireFixture.rules(limit: 10_000))
        var recorder = SampleRecorder(wire.registry, counters: wire.counters)
        for number in 0..<12_000 { recorder.send("random.\(number)") }
        #expect(wire.rejections(.metricsLimit) == 2000)
        wire.expire()
        #expect(wire.store.families.count { !$0.isInternal } == 0)
        for number in 12_000..<22_000 { recorder.send("random.\(number)") }
        #expect(wire.values.count == 10_000)
        #expect(wire.rejections(.metricsLimit) == 2000)
    }

    @Test func manyRoundsOfNamesTakeNoMoreMemoryThanTheFirstFew() throws {
        let wire = try WireFixture(WireFixture.rules(limit: 1000))
        var recorder = SampleRecorder(wire.registry, counters: wire.counters)
        var early = 0
        /// Tests beside this one may read meanwhile, which puts freeing off, and so the moment when the system has free pages back.
        func settle() {
            for _ in 0..<4 {
                wire.expire()
                spin { ReclamationDomain.shared.reclaim() == 0 }
            }
        }
        for round in 0..<60 {
            for number in 0..<1000 { recorder.send("random.\(round * 1000 + number + 100_000)") }
            wire.expire()
            spin { ReclamationDomain.shared.reclaim() == 0 }
            guard 5..<10 ~= round else { continue }
            settle()
            early = max(early, wire.store.byteCount)
        }
        let comesDown = (0..<50).contains { _ in
            settle()
            return wire.store.byteCount <= early
        }
        #expect(wire.rejections(.metricsLimit) == 0)
        #expect(comesDown)
    }

    /// A thread that no more datagrams come to does not keep them.
    @Test func aMetricIsFreedThoughARecorderThatIsAtRestUsedIt() throws {
        let wire = try WireFixture()
        var recorder = SampleRecorder(wire.registry, counters: wire.counters)
        recorder.send("a")
        weak let family = wire.store.families.first { $0.name == "a_total" }
        #expect(family != nil)
        wire.expire()
        spin {
            ReclamationDomain.shared.reclaim()
            return family == nil
        }
        recorder.send("a", 2)
        #expect(wire.values == ["a_total": 2])
    }

    /// The number of a name that is gone is another's then.
    @Test func aRecorderThatKnewANameDoesNotTakeAnotherForIt() throws {
        let wire = try WireFixture()
        var recorder = SampleRecorder(wire.registry, counters: wire.counters)
        for round in 0..<5 {
            for number in 0..<10 { recorder.send("n\(round * 10 + number)", Double(round * 10 + number)) }
            #expect(
                wire.values
                    == Dictionary(
                        uniqueKeysWithValues: (round * 10..<round * 10 + 10).map {
                            ("n\($0)_total", Double($0))
                        }))
            wire.expire()
            spin { ReclamationDomain.shared.reclaim() == 0 }
        }
    }

    @Test func aSampleWhoseNameGoesMeanwhileIsCountedByTheNextMetric() throws {
        let wire = try WireFixture()
        var recorder = SampleRecorder(wire.registry, counters: wire.counters)
        recorder.send("a", 3) { wire.expire() }
        #expect(wire.values == ["a_total": 3])
        recorder.send("a", 5) { wire.expire() }
        #expect(wire.values == ["a_total": 5])
        recorder.send("x.1", 7) {
            wire.send("x.2", 1)
            wire.expire()
        }
        #expect(wire.values == ["x_total": 7])
        #expect(wire.rejections(.storeFull) == 0)
    }
}
