import Linux
import TelemetryMetrics
import TestKit
import Testing

@testable import Arena
@testable import StateFiles

/// Images of another start of the machine, whose clocks began anew.
@Suite(.timeLimit(.minutes(5)))
struct BootTests {
    /// Writes an image at a clock, and makes it one of another start of the machine.
    private func imageOfAnotherBoot(_ path: String, clock: CoarseClock) async throws -> [String] {
        let instance = try Instance(.directory(path), clock: clock)
        instance.hits.add(1, labels: ["x"])
        instance.level.replace(with: 7, labels: ["x"])
        clock.advance(by: .seconds(100))
        instance.hits.add(1, labels: ["y"])
        instance.store.sweep()
        clock.advance(by: .seconds(50))
        let lines = instance.lines()
        await instance.keeper.finish(instance.store, isLast: true)
        var bytes = try WholeFile.read("\(path)/heliograph.state")
        Arena.Header.put(1, at: Arena.Header.boot, in: &bytes)
        let constants = Arena.Header.checksum(ofConstants: bytes)
        Arena.Header.put(constants, at: Arena.Header.constantsChecksum, in: &bytes)
        Arena.Header.put(Arena.Header.checksum(ofImage: bytes), at: Arena.Header.imageChecksum, in: &bytes)
        try put(bytes, at: "\(path)/heliograph.state")
        return lines
    }

    /// A clock that began anew.
    private func clockAfterReboot(wall: Duration) -> CoarseClock {
        let clock = CoarseClock(fixedAt: 1_000_000_000)
        clock.setWallClock(forwardBy: wall - .milliseconds(1_000_000_000))
        clock.followWallClock()
        return clock
    }

    @Test func createdTimesStayTheSameByTheWallClock() async throws {
        try await withTemporaryDirectory { path in
            let clock = CoarseClock(fixedAt: 500_000_000)
            clock.setWallClock(forwardBy: .seconds(1_700_000_000))
            clock.followWallClock()
            let before = try await imageOfAnotherBoot(path, clock: clock)
            let after = try Instance(
                .directory(path), clock: clockAfterReboot(wall: .seconds(1_700_500_000 + 600)))
            #expect(before.filter { $0.hasPrefix("hits_created") }.count == 2)
            #expect(
                after.lines().filter { $0.hasPrefix("hits_") } == before.filter { $0.hasPrefix("hits_") })
        }
    }

    @Test func expiryGoesOnFromWhereItWas() async throws {
        try await withTemporaryDirectory { path in
            let clock = CoarseClock(fixedAt: 500_000_000)
            clock.setWallClock(forwardBy: .seconds(1_700_000_000))
            _ = try await imageOfAnotherBoot(path, clock: clock)
            // The gauge was idle for 50 seconds, the machine was off for 500: of its 600 seconds 50 are left.
            let wall = Duration.seconds(1_700_500_150 + 500)
            let now = clockAfterReboot(wall: wall)
            let instance = try Instance(.directory(path), clock: now)
            now.advance(by: .seconds(49))
            instance.store.sweep()
            #expect(instance.line("level{a=\"x\"}") == "7")
            now.advance(by: .seconds(12))
            instance.store.sweep()
            #expect(instance.line("level{a=\"x\"}") == nil)
            #expect(instance.shown() == "1")
        }
    }

    @Test(arguments: [-1000, 20 * 365 * 86_400])
    func aWallClockThatIsWrongExpiresNothing(seconds: Int) async throws {
        try await withTemporaryDirectory { path in
            let clock = CoarseClock(fixedAt: 500_000_000)
            clock.setWallClock(forwardBy: .seconds(1_700_000_000))
            _ = try await imageOfAnotherBoot(path, clock: clock)
            let now = clockAfterReboot(wall: .seconds(1_700_500_150 + seconds))
            let instance = try Instance(.directory(path), clock: now)
            now.advance(by: .seconds(540))
            instance.store.sweep()
            #expect(instance.line("level{a=\"x\"}") == "7")
            now.advance(by: .seconds(20))
            instance.store.sweep()
            #expect(instance.line("level{a=\"x\"}") == nil)
        }
    }

    @Test func aSeriesThatIsLongIdleHasAMinuteAfterALongPause() async throws {
        try await withTemporaryDirectory { path in
            let clock = CoarseClock(fixedAt: 500_000_000)
            clock.setWallClock(forwardBy: .seconds(1_700_000_000))
            _ = try await imageOfAnotherBoot(path, clock: clock)
            let now = clockAfterReboot(wall: .seconds(1_700_500_150 + 86_400))
            let instance = try Instance(.directory(path), clock: now)
            now.advance(by: .seconds(59))
            instance.store.sweep()
            #expect(instance.line("level{a=\"x\"}") == "7")
            now.advance(by: .seconds(2))
            instance.store.sweep()
            #expect(instance.line("level{a=\"x\"}") == nil)
        }
    }
}
