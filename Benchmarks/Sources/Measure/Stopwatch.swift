/// Tells what one operation of a loop costs.
struct Stopwatch {
    private let duration: Duration
    private let clock = ContinuousClock()
    /// Long enough to hold what happens only now and then, short enough that few are interrupted and threads end together.
    private let chunkLength = Duration.milliseconds(1)
    /// How often work with and without operations take turns.
    private let turns = 5

    /// A stopwatch that measures for about `duration`.
    init(_ duration: Duration) { self.duration = duration }

    /// The cost of one operation to the thread that performs it.
    func nanoseconds(_ loops: Loops) throws -> Double {
        guard !loops.subtracted.isEmpty else { return try cost(loops.measured, duration) }
        let differences = try (0..<turns).map { _ in
            let whole = try cost(loops.measured, duration / (2 * turns))
            return whole - (try cost(loops.subtracted, duration / (2 * turns)))
        }
        return differences.sorted()[turns / 2]
    }

    /// The mean over threads that start together and each repeat their loop until `length` is over.
    private func cost(_ loops: [Loop], _ length: Duration) throws -> Double {
        let chunk = chunk(of: loops[0])
        let costs = try Threads.together(loops.count) { thread in
            repeated(loops[thread], chunk: chunk, from: thread * 32_768, for: length)
        }
        return costs.reduce(0, +) / Double(costs.count)
    }

    /// The median over chunks, most of which are not held up by anybody else on the machine.
    private func repeated(_ loop: Loop, chunk: Int, from first: Int, for length: Duration) -> Double {
        let start = clock.now
        var lengths: [Duration] = []
        var index = first
        while clock.now - start < length {
            lengths.append(clock.measure { loop(index..<index + chunk) })
            index += chunk
        }
        return lengths.sorted()[lengths.count / 2].nanoseconds / Double(chunk)
    }

    /// How many operations fill a chunk; finding out is the warm-up.
    private func chunk(of loop: Loop) -> Int {
        var count = 1
        while quickest(3, { loop(0..<count) }) < chunkLength { count *= 2 }
        return count
    }

    /// The shortest of some runs, since the first one and any other may have been held up.
    private func quickest(_ runs: Int, _ body: () -> Void) -> Duration {
        (0..<runs).map { _ in clock.measure(body) }.reduce(.seconds(1), min)
    }
}

extension Duration {
    /// The length as a double.
    var nanoseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1e9 + Double(attoseconds) * 1e-9
    }
}
