import Glibc
import Linux
import PrometheusFormat
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Arena
@testable import TelemetryMetrics

/// Images that are written while others record.
@Suite(.timeLimit(.minutes(5)))
struct ImageTests {
    private static let seriesCount = 300

    /// Metrics of all kinds that lie in blocks of their own, too.
    private struct Metrics {
        let hits: Family
        let native: Family
        let members: Family

        init(in store: MetricStore) throws {
            hits = try store.register(
                MetricDefinition(.counter, name: "hits_total", help: "", labels: ["a"]))
            var histogram = MetricDefinition(.histogram, name: "native", help: "", labels: ["a"])
            histogram.buckets = .native(.init(growthFactor: 1.1))
            native = try store.register(histogram)
            var set = MetricDefinition(.gauge, name: "members", help: "", labels: ["a"])
            set.countsDistinct = true
            set.persistence = .kept
            members = try store.register(set)
        }
    }

    private func note(_ member: String, in family: Family, _ number: Int) {
        guard let row = family.handle(labels: labels(number))?.row else { return }
        let bytes = Array(member.utf8)
        ReclamationDomain.shared.read { _ = unsafe family.note(member: bytes.span.bytes, in: row) }
    }

    private func labels(_ number: Int) -> [String] { ["series-\(number)"] }

    @Test func anImageIsTheStoreByteForByte() async throws {
        try await withTemporaryDirectory { path in
            let store = try MetricStore()
            let metrics = try Metrics(in: store)
            for number in 0..<Self.seriesCount {
                metrics.hits.add(UInt64(number), labels: labels(number))
                metrics.native.handle(labels: labels(number))?.record(Double(number))
                note("\(number)", in: metrics.members, number)
            }
            let successor = try MetricStore(predecessor: try image(of: store, path))
            _ = try Metrics(in: successor)
            let pages = [store, successor].map { PageRenderer($0, format: .openMetrics).bytes() }
            #expect(pages[0] == pages[1])
            #expect(pages[0].count > 10_000)
        }
    }

    @Test func holesOfTheMemoryAreHolesOfTheImage() async throws {
        try await withTemporaryDirectory { path in
            let store = try MetricStore()
            var definition = MetricDefinition(.counter, name: "hits_total", help: "", labels: ["a"])
            definition.seriesLimit = 20_000
            let family = try store.register(definition)
            for number in 0..<20_000 { family.add(1, labels: labels(number)) }
            for number in 10..<20_000 { _ = family.remove(labels: labels(number)) }
            // Rows are free, then their blocks, then the pages of these: three sweeps, or more where another test's thread, which
            // reclaims too, is still about to free what it took.
            var status = stat()
            for _ in 0..<200 {
                awaitReclamation()
                store.sweep()
                _ = try image(of: store, path)
                #expect(unsafe stat("\(path)/image", &status) == 0)
                if status.st_blocks * 512 < 1 << 20 { break }
                sched_yield()
            }
            #expect(status.st_size > 3 << 19)
            #expect(status.st_blocks * 512 < 1 << 20)
        }
    }

    /// Series come and go, sets and histograms grow: no image lacks a series that was there all the time, nor a part of it.
    @Test func nothingIsTornWhileSeriesComeAndGo() async throws {
        try await withTemporaryDirectory { path in
            let store = try MetricStore()
            let metrics = try Metrics(in: store)
            for number in 0..<Self.seriesCount {
                for _ in 0..<10 { metrics.hits.add(1, labels: labels(number)) }
                metrics.native.handle(labels: labels(number))?.record(1)
                note("first", in: metrics.members, number)
            }
            let isOver = Atomic(false)
            try onThreads(3) { thread in
                var random = SeededGenerator(seed: UInt64(thread))
                while !isOver.load(ordering: .relaxed) {
                    disturb(metrics, store, thread, &random)
                    sched_yield()
                }
            } meanwhile: {
                defer { isOver.store(true, ordering: .relaxed) }
                for _ in 0..<5 { try expectWhole(try image(of: store, path)) }
            }
        }
    }

    private func disturb(
        _ metrics: Metrics, _ store: MetricStore, _ thread: Int, _ random: inout SeededGenerator
    ) {
        let number = Int.random(in: 0..<Self.seriesCount, using: &random)
        switch thread {
        case 0:
            metrics.hits.add(1, labels: labels(number))
            metrics.native.handle(labels: labels(number))?.record(.random(in: 0.001...1000, using: &random))
        case 1:
            note("\(UInt32.random(in: 0..<2000, using: &random))", in: metrics.members, number)
        default:
            let passing = ["passing-\(Int.random(in: 0..<2000, using: &random))"]
            metrics.hits.add(1, labels: passing)
            _ = metrics.hits.remove(labels: passing)
            if number == 0 { store.sweep() }
        }
    }

    private func expectWhole(_ image: ForeignArena) throws {
        let successor = try MetricStore(predecessor: image)
        #expect(successor.adoption.brokenRecords == 0)
        let page = { String(decoding: PageRenderer(successor, format: .openMetrics).bytes(), as: UTF8.self) }
        _ = try Metrics(in: successor)
        let lines = Set(page().split(separator: "\n").map { $0.prefix { $0 != " " } })
        var missing: [String] = []
        for number in 0..<Self.seriesCount {
            for name in ["hits_total", "native_count", "members"] {
                let line = "\(name){a=\"series-\(number)\"}"
                if !lines.contains(line[...]) { missing.append(line) }
            }
        }
        #expect(missing.isEmpty)
    }

    private func image(of store: MetricStore, _ path: String) throws -> ForeignArena {
        let directory = try OwnDirectory(path)
        try store.arena.writeImage("image", in: directory, store.clock.stamp)
        let file = try directory.open("image", O_RDWR)
        return try ForeignArena(SharedMemory(takingOwnership: file, reserve: 0))
    }
}

/// Returns once all that was retired before is free, whatever readers other tests have.
private func awaitReclamation() {
    let marker = Marker()
    ReclamationDomain.shared.retire { marker.set() }
    spin(until: {
        ReclamationDomain.shared.reclaim()
        return marker.isSet
    })
}
