import Synchronization

/// What a bench repeats; a type of its own for each, so that the loop around it is compiled for it.
protocol Operation: Sendable {
    func perform(_ index: Int)
    /// Runs the loop, in whatever has to be around it.
    func around(_ body: () -> Void)
}

extension Operation {
    func around(_ body: () -> Void) { body() }
}

/// Performs an operation for each index.
typealias Loop = @Sendable (Range<Int>) -> Void

/// The loops of all threads of a bench.
struct Loops {
    let measured: [Loop]
    /// What is subtracted: the work that lies between the operations, alone; empty where there is none.
    let subtracted: [Loop]

    /// The operation of each series, one for each thread or one for all.
    init<Repeated: Operation>(_ mode: Mode, _ operations: [Repeated]) {
        let perThread = (0..<mode.threads).map { operations[$0 % operations.count] }
        measured = perThread.map { mode.hasWork ? Self.withWork($0) : Self.plain($0) }
        subtracted = mode.hasWork ? perThread.map { _ in Self.withWork(Nothing()) } : []
    }

    private static func plain<Repeated: Operation>(_ operation: Repeated) -> Loop {
        { indices in
            operation.around {
                // Not for-in, whose checks take longer than what some operations do.
                var index = indices.lowerBound
                while index < indices.upperBound {
                    operation.perform(index)
                    index &+= 1
                }
            }
        }
    }

    private static func withWork<Repeated: Operation>(_ operation: Repeated) -> Loop {
        { indices in
            operation.around {
                var work = Work()
                for index in indices {
                    operation.perform(index)
                    work.run()
                }
                keep(work.state)
            }
        }
    }
}

private struct Nothing: Operation {
    func perform(_ index: Int) {}
}

/// About 100 ns of arithmetic, each step waiting for the one before.
struct Work {
    private(set) var state: UInt64 = 1

    @inline(__always)
    mutating func run() {
        for _ in 0..<90 { state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
    }
}

/// Keeps the compiler from leaving out what a result is made of.
func keep(_ result: UInt64) { sink.store(result, ordering: .relaxed) }

private let sink = Atomic<UInt64>(0)
