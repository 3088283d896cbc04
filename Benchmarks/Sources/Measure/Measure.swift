@_spi(Benchmarks) import Exporting
import Glibc

/// Measures one bench of one implementation, as the driver beside this package tells it.
///
///     Measure list                                    every "implementation bench", one per line
///     Measure run IMPLEMENTATION BENCH MILLISECONDS   one JSON object with what was measured
///     Measure serve BYTES PORT                        a fixed page of that size on loopback, until a signal ends it
///     Measure count IMPLEMENTATION BENCH OPERATIONS   only runs the operations, for a tool that counts instructions
@main
enum Measure {
    private static var benches: [Bench] {
        EventBenches.all + HandleBenches.all + LogBenches.all + MessagingBenches.all
            + RegistrationBenches.all + SwiftMetricsBenches.all + MemoryBenches.all + PageBenches.all
            + StatsDBenches.all + SupervisionBenches.all
    }

    static func main() {
        do {
            try obey(Array(CommandLine.arguments.dropFirst()))
        } catch {
            let message = Array("\(error)\n".utf8)
            _ = unsafe write(STDERR_FILENO, message, message.count)
            exit(1)
        }
    }

    private static func obey(_ arguments: [String]) throws {
        switch (arguments.first, arguments.count) {
        case ("list", 1): list()
        case ("run", 4): try run(try bench(arguments), for: .milliseconds(try number(arguments[3])))
        case ("serve", 3): try serve(try number(arguments[1]), on: try number(arguments[2]))
        case ("count", 4): try bench(arguments).runOnce(try number(arguments[3]))
        default: throw MeasureError.usage
        }
    }

    /// Serves a fixed page of so many bytes until a signal ends the process.
    private static func serve(_ byteCount: Int, on port: Int) throws {
        let server = try FixedPageServer(byteCount: byteCount, port: UInt16(clamping: port))
        withExtendedLifetime(server) { while true { pause() } }
    }

    private static func list() {
        for bench in benches { print(bench.implementation.rawValue, bench.name) }
    }

    private static func run(_ bench: Bench, for duration: Duration) throws {
        let value = try bench.measure(for: duration)
        let rounded = (value * 1000).rounded() / 1000
        print(
            #"{"bench":"\#(bench.name)","impl":"\#(bench.implementation.rawValue)","\#(bench.unit.rawValue)":\#(rounded)}"#
        )
    }

    private static func bench(_ arguments: [String]) throws(MeasureError) -> Bench {
        let found = benches.first { $0.implementation.rawValue == arguments[1] && $0.name == arguments[2] }
        guard let found else { throw .unknownBench(implementation: arguments[1], bench: arguments[2]) }
        return found
    }

    private static func number(_ text: String) throws(MeasureError) -> Int {
        guard let number = Int(text), number > 0 else { throw .notANumber(text) }
        return number
    }
}

/// Why nothing was measured.
enum MeasureError: Error, Equatable, CustomStringConvertible {
    case usage
    case unknownBench(implementation: String, bench: String)
    case notANumber(String)
    case notALoop(bench: String)
    case noThread(errno: Int32)
    case noResidentSize
    case noJournal(errno: Int32)
    case recordsLost

    var description: String {
        switch self {
        case .usage:
            "Usage: Measure list | run IMPLEMENTATION BENCH MILLISECONDS | count IMPLEMENTATION BENCH OPERATIONS."
        case .unknownBench(let implementation, let bench):
            "There is no bench \"\(bench)\" of \"\(implementation)\"."
        case .notANumber(let text): "\"\(text)\" is not a number above zero."
        case .notALoop(let bench): "The bench \"\(bench)\" has no single operation to count."
        case .noThread(let errno): "A thread could not be started: error \(errno)."
        case .noJournal(let errno): "There is no journald, and its socket could not be made: error \(errno)."
        case .recordsLost: "Records were lost, or not written in time."
        case .noResidentSize: "/proc/self/statm could not be read."
        }
    }
}
