import Exporting
import Glibc
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

/// An application whose series go on after the end of its process.
@Suite(.timeLimit(.minutes(5)))
struct ExporterStateTests {
    @Test func countersGoOnOverKillsAndADeploy() async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            for visits in 0..<3 {
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [path = path as String, visits = visits as Int] in
                    let application = try Application(path)
                    #expect(application.visits() == visits)
                    application.visit()
                    kill(getpid(), SIGKILL)
                }
            }
            await #expect(processExitsWith: .success) { [path = path as String] in
                let application = try Application(path)
                #expect(application.visits() == 3)
                let running = Task { try await application.exporter.run() }
                application.visit()
                running.cancel()
                _ = await running.result
                // After the copy: in the live file.
                application.visit()
                #expect(application.visits() == 5)
            }
            await #expect(processExitsWith: .success) { [path = path as String] in
                let application = try Application(path)
                #expect(application.visits() == 5)
            }
        }
    }

    @Test func aCopyGoesOnWhereTheMemoryIsGone() async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            await #expect(processExitsWith: .success) { [path = path as String] in
                let application = try Application(path)
                application.visit()
                let running = Task { try await application.exporter.run() }
                running.cancel()
                _ = await running.result
                unsafe setenv("XDG_RUNTIME_DIR", "/nowhere", 1)
                let successor = try Application(path, memory: "/nowhere", directory: "\(path)/state")
                // The first instance is still there, so this is another one.
                #expect(successor.visits() == 0)
            }
            await #expect(processExitsWith: .success) { [path = path as String] in
                let successor = try Application(path, memory: "/nowhere", directory: "\(path)/state")
                #expect(successor.visits() == 1)
            }
        }
    }

    @Test func nothingIsKeptUnlessAskedFor() async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            let place = "\(path)/heliograph-state"
            await #expect(processExitsWith: .success) { [path = path as String] in
                unsafe setenv("XDG_RUNTIME_DIR", path, 1)
                _ = try Exporter(MetricSet([]))
            }
            #expect(unsafe access(place, F_OK) != 0)
        }
    }
}

/// A server that counts its visits.
private struct Application {
    let exporter: Exporter
    private let visited = Event<Int>("exporter.state.visited")

    init(_ path: String, memory: String? = nil, directory: String? = nil) throws {
        unsafe setenv("XDG_RUNTIME_DIR", memory ?? path, 1)
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        configuration.state = .directory(directory ?? "\(path)/state")
        let visited = visited
        exporter = try Exporter(
            MetricSet { Counter("visits_total", "Visits.", of: visited) }, configuration: configuration)
    }

    func visit() { visited.emit(1) }

    /// What the page shows.
    func visits() -> Int? {
        String(decoding: exporter.render().bytes, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("visits_total ") }.flatMap { Int($0.dropFirst(13)) }
    }
}
