import Heliograph
import SampleEvents

/// The first event of a series, in families of several sizes.
enum RegistrationBenches {
    static var all: [Bench] {
        [("10", 10), ("100k", 100_000), ("1M", 1_000_000)].map { name, count in
            Bench.whole("register/new/\(name)", in: .nanoseconds) { try perSeries(count, for: $0) }
        }
    }

    /// Fills new families until `duration` is over, at least one.
    private static func perSeries(_ count: Int, for duration: Duration) throws -> Double {
        let responses = (0..<count).map {
            let labels = Inputs.labels($0)
            return SampleEvents.Response(method: labels[0], route: labels[1], code: labels[2])
        }
        let clock = ContinuousClock()
        let start = clock.now
        var spent = Duration.zero
        var families = 0
        repeat {
            let exporter = try EventBenches.responseCounter(seriesLimit: 2 * count)
            spent += withExtendedLifetime(exporter) {
                clock.measure { for response in responses { SampleEvents.responded.emit(response) } }
            }
            families += 1
        } while clock.now - start < duration
        return spent.nanoseconds / Double(families * count)
    }
}
