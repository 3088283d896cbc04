import Glibc
import Synchronization
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import Ingest

/// Threads that count into names that go all the time.
///
/// In each round some names are due to go, and go or come back to life while threads count into them. So after a round, each holds
/// what was sent in it, and what it had before if it came back to life; anything else was lost, counted twice or counted elsewhere.
@Suite(.timeLimit(.minutes(5)))
struct WireExpiryRaceTests {
    private static let threads = 4
    private static let rounds = 40
    /// Names of one round, of twice as many.
    private static let names = 16
    private static let samples = 200

    @Test func noSampleIsLostNorCountedElsewhereWhileNamesGo() throws {
        let wire = try WireFixture()
        let steps = Atomic(0)
        @Sendable func wait(for step: Int) {
            steps.wrappingAdd(1, ordering: .acquiringAndReleasing)
            spin { steps.load(ordering: .acquiring) >= step * (Self.threads + 1) }
        }
        try onThreads(Self.threads) { thread in
            var generator = SeededGenerator(seed: UInt64(thread))
            var recorder = SampleRecorder(wire.registry, counters: wire.counters)
            for round in 0..<Self.rounds {
                wait(for: 2 * round + 1)
                for _ in 0..<Self.samples {
                    for number in 0..<Self.names {
                        let isInterrupted = Int.random(in: 0..<20, using: &generator) == 0
                        recorder.send(Self.name(number, round), Self.value(number)) {
                            if isInterrupted { sched_yield() }
                        }
                    }
                }
                wait(for: 2 * round + 2)
            }
        } meanwhile: {
            var before: [String: Double] = [:]
            for round in 0..<Self.rounds {
                // All are idle, and all but those of the last round for long enough.
                wire.store.sweep()
                wire.store.clock.advance(by: WireFixture.expiry)
                wait(for: 2 * round + 1)
                while steps.load(ordering: .acquiring) < (2 * round + 1) * (Self.threads + 1) + Self.threads {
                    wire.store.sweep()
                }
                wait(for: 2 * round + 2)
                let values = wire.values
                for number in 0..<Self.names {
                    let metric = "\(Self.name(number, round))_total"
                    let sent = Self.value(number) * Double(Self.samples * Self.threads)
                    let value = try #require(values[metric])
                    #expect(
                        value == sent || value == sent + (before[metric] ?? 0), "\(metric) in round \(round)")
                }
                before = values
            }
        }
        #expect(wire.rejections(.storeFull) == 0)
        #expect(wire.rejections(.metricsLimit) == 0)
    }

    /// Half of the names of a round are those of the round before.
    private static func name(_ number: Int, _ round: Int) -> String {
        "n\((round * names / 2 + number) % 61)"
    }

    private static func value(_ number: Int) -> Double { Double(1 + 2 * number) }
}
