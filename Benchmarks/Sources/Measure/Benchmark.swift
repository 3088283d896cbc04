/// Runs operations often enough to tell what one costs, and prints it.
enum Benchmark {
    private static let repetitions = 5
    private static let length = Duration.milliseconds(200)

    /// Prints the median over some repetitions; `body` runs the operation as often as it is told.
    ///
    /// Arguments of the program choose benchmarks by name.
    static func report(_ name: String, _ body: (Int) -> Void) {
        let wanted = CommandLine.arguments.dropFirst()
        guard wanted.isEmpty || wanted.contains(name) else { return }
        var count = 1
        while time(count, body) < length / 20 { count *= 2 }
        count = max(1, Int(Double(count) * (length / time(count, body))))
        let measured = (0..<repetitions).map { _ in
            nanoseconds(time(count, body)) / Double(count)
        }
        let median = measured.sorted()[repetitions / 2]
        let rounded = (median * 1000).rounded() / 1000
        print(#"{"bench":"\#(name)","impl":"heliograph","ns":\#(rounded)}"#)
    }

    private static func time(_ count: Int, _ body: (Int) -> Void) -> Duration {
        ContinuousClock().measure { body(count) }
    }

    private static func nanoseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e9 + Double(attoseconds) * 1e-9
    }
}

/// Keeps the compiler from leaving a result out.
@inline(never)
func keep<Value>(_ value: Value) {}
