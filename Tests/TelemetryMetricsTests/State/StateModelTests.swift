import Arena
import Bytes
import Glibc
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

/// Random operations on a store and on a model of it.
///
/// Definitions that change, records of all kinds, expiry, and processes that are killed and followed at any moment. `HELIOGRAPH_MODEL_SECONDS` says for how long; a few thousand operations else.
@Suite(.timeLimit(.minutes(20)))
struct StateModelTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func storeAndModelAreEqualAtEveryStep(seed: UInt64) throws {
        let seconds = unsafe getenv("HELIOGRAPH_MODEL_SECONDS").flatMap { Double(unsafe String(cString: $0)) }
        let end = ContinuousClock.now + .seconds(seconds ?? 0)
        var round: UInt64 = 0
        var operations = 0
        repeat {
            var run = try Run(seed: seed &+ round &* 4)
            for _ in 0..<600 {
                let operation = try run.step()
                try #require(run.difference == nil, "seed \(seed &+ round &* 4), after \(operation)")
                operations += 1
            }
            round += 1
        } while ContinuousClock.now < end
        if seconds != nil { print("\(operations) operations, \(round) stores") }
    }
}

/// A store and its model, which everything happens to.
private struct Run {
    private var random: SeededGenerator
    private let stores: Successors
    private var model = StateModel()
    private var groups: [[MetricDefinition]] = []
    private var defined: [Family] = []

    private static let kinds: [MetricKind] = [.counter, .sum, .gauge, .histogram, .summary]
    private static let values = [
        "", "a", "b\"\\\n", "é", "\u{1F600}, long enough to need more than sixteen bytes",
    ]

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        stores = try Successors()
        try reload()
    }

    private var now: UInt64 { stores.clock.milliseconds }

    /// Does something, and says what.
    mutating func step() throws -> String {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3:
            try reload()
            return "a reload"
        case 3..<7:
            try kill()
            return "a kill"
        case 7..<25:
            stores.clock.advance(by: .milliseconds(Int.random(in: 0...9000, using: &random)))
            stores.store.sweep()
            model.sweep(now: now)
            return "a sweep"
        default:
            record()
            return "a record"
        }
    }

    private mutating func record() {
        guard let family = defined.randomElement(using: &random) else { return }
        let labels = family.definition.labels.map { _ in Self.values.randomElement(using: &random) ?? "" }
        let value = Double(Int.random(in: 0...40, using: &random)) / 4
        // A counter counts.
        let recorded = family.definition.kind == .counter ? 1 : value
        family.note(recorded, labels)
        model.record(recorded, in: family.name, labels, now: now)
    }

    private mutating func reload() throws {
        changeGroups()
        let made = try stores.store.replace(defined, with: groups, owner: .events)
        defined = Array(made.joined())
        model.replace(with: groups)
    }

    private mutating func kill() throws {
        if Bool.random(using: &random) { changeGroups() }
        try stores.succeed()
        let known = groups.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
        defined = Array(try stores.store.replace([], with: known, owner: .events).joined())
        stores.store.inheritRest()
        model.succeed(
            defining: known, undefinedLifetime: UInt64(MetricStore.undefinedLifetime / .milliseconds(1)))
    }

    /// Up to six groups of one to three metrics, of which some stay as they were.
    private mutating func changeGroups() {
        groups = (0..<6).compactMap { number in
            let known = groups.first { $0[0].name.hasPrefix("m\(number)") }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return nil
            case 1...6:
                guard let known else { return makeGroup(number) }
                let expiry = makeExpiry()
                return known.map { definition in
                    var definition = definition
                    definition.help += "."
                    definition.expiry = expiry
                    return definition
                }
            default: return makeGroup(number)
            }
        }
    }

    private mutating func makeGroup(_ number: Int) -> [MetricDefinition] {
        let labels = Array(["l", "m"].prefix(Int.random(in: 0...2, using: &random)))
        let (expiry, limit) = (makeExpiry(), Int.random(in: 1...12, using: &random))
        let persistence: Persistence = Int.random(in: 0..<8, using: &random) == 0 ? .none : .kept
        return (0..<Int.random(in: 1...3, using: &random)).map { index in
            let kind = Self.kinds.randomElement(using: &random) ?? .counter
            let name = "m\(number)_\(index)"
            var definition = MetricDefinition(kind, name: name, help: "", labels: labels)
            definition.isMonotonic = false
            if kind == .histogram { definition.buckets = index == 0 ? .native() : [1, 2.5, 5] }
            definition.expiry = expiry
            definition.seriesLimit = limit
            definition.persistence = persistence
            return definition
        }
    }

    private mutating func makeExpiry() -> Duration? {
        Bool.random(using: &random) ? nil : .seconds(Int.random(in: 5...40, using: &random))
    }

    /// What is in one and not in the other; nil where both are equal.
    var difference: String? {
        let families = stores.store.families
        guard families.map(\.name) == model.metrics.keys.sorted() else {
            return "metrics \(families.map(\.name)), not \(model.metrics.keys.sorted())"
        }
        for family in families {
            let expected = expected(family.name)
            var found: [[String]: StateModel.Value] = [:]
            family.forEachSeries { text, row in
                let labels =
                    family.series.isOverflow(row)
                    ? StateModel.overflow
                    : RenderedLabels.values(in: text, of: family.definition.labels) ?? ["?"]
                found[labels] = family.modelValue(of: row, like: expected[labels] ?? StateModel.Value())
            }
            if found != expected {
                return "\(family.name) \(family.definition.kind): \(found), not \(expected)"
            }
        }
        return nil
    }

    private func expected(_ name: String) -> [[String]: StateModel.Value] {
        model.metrics[name]?.table.rows.compactMapValues { $0.values[name] } ?? [:]
    }
}

extension Family {
    /// What the row shows, put into `value`: where it shows what that has, the result is the same.
    fileprivate func modelValue(of row: Row, like value: StateModel.Value) -> StateModel.Value {
        var found = value
        switch definition.kind {
        case .counter: found.count = total(row).value
        case .sum: found.sum = total(row).value
        case .gauge: found.last = self.value(row)
        case .summary:
            let reading = summary(row)
            (found.count, found.sum) = (Double(reading.count), reading.sum)
        case .histogram where isNative:
            let reading = native(row)
            (found.count, found.sum) = (Double(reading.count), reading.sum)
        case .histogram:
            let reading = histogram(row)
            (found.count, found.sum) = (Double(reading.counts.reduce(0, +)), reading.sum)
            var counts = boundaries.map { _ in UInt64(0) } + [0]
            for (value, times) in value.seen {
                counts[boundaries.firstIndex { value <= $0 } ?? boundaries.count] += UInt64(times)
            }
            if counts != reading.counts { found.seen = [:] }
        }
        return found
    }
}
