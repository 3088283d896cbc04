import ServiceLifecycle
import Synchronization

struct Broken: Error {}

/// A service of a closure.
struct Made: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
}

/// Lines in the order in which they were noted.
final class Marks: Sendable {
    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    func note(_ line: String) { state.withLock { $0.append(line) } }

    /// Returns when all of the lines were noted.
    func reach(_ expected: String...) async {
        while !expected.allSatisfy(lines.contains) { await Task.yield() }
    }
}
