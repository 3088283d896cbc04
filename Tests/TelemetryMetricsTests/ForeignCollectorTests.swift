import Bytes
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

/// Functions of an application that a page asks for values.
@Suite(.timeLimit(.minutes(5)))
struct ForeignCollectorTests {
    private let store: MetricStore

    init() throws {
        store = try MetricStore()
        store.reportCollectors(to: try CollectorMetrics(store: store))
    }

    private func register(_ name: String, _ read: @escaping @Sendable () -> Double?) throws -> Family {
        _ = try MetricSet { Gauge(name, "", reading: read) }.register(in: store, id: "tests.\(name)")
        return try #require(store.families.first { $0.name == name })
    }

    private func success(_ name: String) throws -> Double? {
        let family = try #require(store.families.first { $0.name == "heliograph_collector_success" })
        var values: [String: Double] = [:]
        family.forEachSeries { text, row in values[text.text(in: 0..<text.byteCount)] = family.value(row) }
        return values["collector=\"\(name)\""]
    }

    @Test func areWaitedForUntilTheyAnswer() throws {
        let family = try register("a") { 7 }
        #expect(store.collect(until: .now + .seconds(100)).isEmpty)
        #expect(family.handle(labels: []).map { family.value($0.row) } == 7)
        #expect(try success("a") == 1)
    }

    @Test func whoDoesNotAnswerInTimeIsLeftOutAndNoOther() throws {
        let isOpen = Atomic(false)
        let calls = Atomic(0)
        let late = try register("late") {
            _ = calls.wrappingAdd(1, ordering: .relaxed)
            spin { isOpen.load(ordering: .relaxed) }
            return 1
        }
        let quick = try register("quick") { 2 }
        let missing = try register("missing") { nil }
        for _ in 0..<2 {
            let left = store.collect(until: .now + .milliseconds(500))
            #expect(left.map(\.name) == [late.name])
            #expect(try success("late") == 0)
            #expect(try success("quick") == 1)
            #expect(try success("missing") == 0)
            #expect(quick.handle(labels: []).map { quick.value($0.row) } == 2)
            #expect(missing.name == "missing")
        }
        // The second page did not begin it again.
        #expect(calls.load(ordering: .relaxed) == 1)
        isOpen.store(true, ordering: .relaxed)
        spin { store.collect(until: .now + .seconds(100)).isEmpty }
        #expect(try success("late") == 1)
        #expect(late.handle(labels: []).map { late.value($0.row) } == 1)
    }

    @Test func aHastyPageTakesNothingFromAPatientOne() throws {
        let isOpen = Atomic(false)
        let calls = Atomic(0)
        let slow = try register("slow") {
            _ = calls.wrappingAdd(1, ordering: .relaxed)
            spin { isOpen.load(ordering: .relaxed) }
            return 1
        }
        let patient = Mutex<[String]?>(nil)
        store.collect(until: .now + .seconds(100)) { late in patient.withLock { $0 = late.map(\.name) } }
        for _ in 0..<3 {
            #expect(store.collect(until: .now + .milliseconds(1)).map(\.name) == ["slow"])
            #expect(try success("slow") == 0)
        }
        // One that comes later, and has time, waits too.
        let later = Mutex<[String]?>(nil)
        store.collect(until: .now + .seconds(100)) { late in later.withLock { $0 = late.map(\.name) } }
        #expect(patient.withLock(\.self) == nil)
        isOpen.store(true, ordering: .relaxed)
        spin { patient.withLock(\.self) != nil && later.withLock(\.self) != nil }
        #expect(patient.withLock(\.self) == [])
        #expect(later.withLock(\.self) == [])
        #expect(calls.load(ordering: .relaxed) == 1)
        #expect(try success("slow") == 1)
        #expect(slow.handle(labels: []).map { slow.value($0.row) } == 1)
    }

    @Test func aCollectorThatHangsForLongIsNotWaitedFor() throws {
        let isOpen = Atomic(false)
        defer { isOpen.store(true, ordering: .relaxed) }
        _ = try register("hung") {
            spin { isOpen.load(ordering: .relaxed) }
            return 1
        }
        #expect(store.collect(until: .now + .milliseconds(200)).map(\.name) == ["hung"])
        let late = Mutex<[String]?>(nil)
        // Within the call.
        store.collect(until: .now + .milliseconds(100)) { families in
            late.withLock { $0 = families.map(\.name) }
        }
        #expect(late.withLock(\.self) == ["hung"])
    }

    @Test func pagesThatAreMadeAtOnceShareTheirAnswers() throws {
        let isOpen = Atomic(false)
        let calls = Atomic(0)
        _ = try register("shared") {
            _ = calls.wrappingAdd(1, ordering: .relaxed)
            spin { isOpen.load(ordering: .relaxed) }
            return 1
        }
        let left = Atomic(0)
        onThreads(4) { _ in
            let late = store.collect(until: .now + .seconds(100))
            _ = left.wrappingAdd(late.count, ordering: .relaxed)
        } meanwhile: {
            spin { calls.load(ordering: .relaxed) > 0 }
            isOpen.store(true, ordering: .relaxed)
        }
        #expect(left.load(ordering: .relaxed) == 0)
        #expect(calls.load(ordering: .relaxed) <= 4)
    }
}
