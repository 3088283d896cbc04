import Arena
import Glibc
import Linux
import PrometheusFormat
import TelemetryMetrics
import TestKit
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct StateCommandTests {
    /// The memory of a store with three metrics, as a file holds it.
    private func image(_ change: (inout [UInt8]) -> Void = { _ in }) throws -> [UInt8] {
        let store = try MetricStore()
        var definition = MetricDefinition(.counter, name: "kept", help: "Kept.", labels: ["a", "b"])
        let kept = try store.register(definition)
        for number in 0..<3 { kept.add(UInt64(number + 1), labels: ["\(number)", "x\"y"]) }
        try store.register(MetricDefinition(.histogram, name: "times", help: "")).showSeeds()
        definition = MetricDefinition(.counter, name: "dropped", help: "")
        definition.persistence = .none
        try store.register(definition).add(1 as UInt64, labels: [])
        guard let descriptor = store.arena.duplicateDescriptor() else { return [] }
        let memory = try SharedMemory(takingOwnership: descriptor, reserve: 0)
        var bytes = unsafe Array(UnsafeRawBufferPointer(start: memory.baseAddress, count: memory.size))
        change(&bytes)
        return bytes
    }

    private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/state"
            let file = unsafe fopen(path, "w")
            #expect(unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count)
            unsafe _ = fclose(file)
            try body(path)
        }
    }

    private func opened(_ path: String) throws -> ForeignArena {
        try StateSource(file: path, socket: nil).open()
    }

    @Test func showsEachMetric() async throws {
        try await withFile(try image()) { path in
            let lines = try StateText.shown(try opened(path)).split(separator: "\n").map {
                $0.split(separator: " ").joined(separator: " ")
            }
            #expect(lines[0].hasSuffix("3 metrics, 0 names from wires"))
            #expect(lines[1] == "METRIC TYPE LABELS SERIES BYTES PERSISTENCE")
            #expect(lines[2].hasPrefix("dropped_total counter 1") && lines[2].hasSuffix("none"))
            #expect(lines[3].hasPrefix("kept_total counter a,b 3") && lines[3].hasSuffix("kept"))
            #expect(lines[4].hasPrefix("times histogram 1"))
        }
    }

    /// The file is read in pages, of which the last one must not be filled up.
    @Test(arguments: [1, 16, 100, 111, 4095])
    func aPartOfAStateIsNone(length: Int) async throws {
        try await withFile(Array(try image().prefix(length))) { path in
            #expect(throws: ExitStatus.badData) { _ = try opened(path) }
        }
    }

    @Test func exportsAPage() async throws {
        try await withFile(try image()) { path in
            let page = try StateText.page(of: try opened(path), .openMetrics)
            #expect(
                page.contains(#"kept_total{a="2",b="x\"y"} 3.0"#)
                    || page.contains(#"kept_total{a="2",b="x\"y"} 3"#))
            #expect(!page.contains("dropped"))
            #expect(ExpositionCheck(Array(page.utf8), format: .openMetrics).isValid)
        }
    }

    @Test func findsNothingWrongWithWhatIsRight() async throws {
        try await withFile(try image()) { path in
            let problems = try StateReport(try opened(path)).problems
            #expect(problems == [])
        }
    }

    @Test func findsAWrongBitInALabel() async throws {
        let bytes = try image { bytes in
            let label = Array(#"a="1""#.utf8)
            for place in 0..<bytes.count - label.count
            where bytes[place..<place + label.count].elementsEqual(label) { bytes[place + 3] ^= 1 }
        }
        try await withFile(bytes) { path in
            let problems = try StateReport(try opened(path)).problems
            #expect(problems.count == 1)
            #expect(problems.first?.hasPrefix("kept_total: the row at ") == true)
        }
    }

    @Test func whatIsNoStateIsRefused() {
        for path in ["/nowhere/state", "/", "/dev/null"] {
            #expect(throws: ExitStatus.noInput) { _ = try opened(path) }
        }
        #expect(throws: ExitStatus.badData) { _ = try opened("/proc/self/cmdline") }
    }

    @Test func aResetKeepsTheFileUnderAnotherName() async throws {
        let bytes = try image()
        try await withFile(bytes) { path in
            let aside = try StateSource(file: path, socket: nil).reset()
            #expect(throws: ExitStatus.noInput) { _ = try opened(path) }
            #expect(try opened(aside ?? "").size == bytes.count)
        }
    }

    @Test(arguments: [nil, "/nowhere/control.sock"])
    func nobodyAnswers(socket: String?) {
        let source = StateSource(file: nil, socket: socket)
        #expect(throws: ExitStatus.unavailable) { _ = try source.open() }
        #expect(throws: ExitStatus.unavailable) { _ = try source.reset() }
    }
}
