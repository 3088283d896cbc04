import Glibc
import Synchronization

/// Threads of the operating system that start together.
enum Threads {
    /// Runs `body` in `count` threads at once, one of which is this one, and gives their results in order.
    static func together(_ count: Int, _ body: @Sendable (Int) -> Double) throws -> [Double] {
        try withoutActuallyEscaping(body) { body in
            let crew = Crew(count, body)
            let threads = try (1..<count).map { try start($0, crew) }
            crew.run(0)
            for thread in threads { pthread_join(thread, nil) }
            return crew.results.withLock { $0 }
        }
    }

    private static func start(_ index: Int, _ crew: Crew) throws(MeasureError) -> pthread_t {
        var thread = pthread_t()
        let seat = unsafe Unmanaged.passRetained(Seat(index, crew))
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let seat = unsafe Unmanaged<Seat>.fromOpaque(argument).takeRetainedValue()
                seat.crew.run(seat.index)
                return nil
            }, seat.toOpaque())
        guard result == 0 else { throw .noThread(errno: result) }
        return thread
    }
}

/// What the threads share.
///
/// Each writes its own result under the lock, when it is done.
private final class Crew: Sendable {
    let results: Mutex<[Double]>
    private let waiting: Atomic<Int>
    private let body: @Sendable (Int) -> Double

    init(_ count: Int, _ body: @escaping @Sendable (Int) -> Double) {
        results = Mutex(Array(repeating: 0, count: count))
        waiting = Atomic(count)
        self.body = body
    }

    /// Waits for the others, then runs the body.
    func run(_ index: Int) {
        waiting.wrappingSubtract(1, ordering: .acquiringAndReleasing)
        while waiting.load(ordering: .acquiring) > 0 { sched_yield() }
        let result = body(index)
        results.withLock { $0[index] = result }
    }
}

private final class Seat: Sendable {
    let index: Int
    let crew: Crew

    init(_ index: Int, _ crew: Crew) {
        self.index = index
        self.crew = crew
    }
}
