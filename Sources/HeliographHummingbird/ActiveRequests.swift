#if Hummingbird
import Synchronization

/// How many requests are being answered in the process, of those that began while somebody observed; thread-safe.
///
/// It is asked rather than added up from events, so that an exporter that is made meanwhile has the same number as others.
enum ActiveRequests {
    private final class Count: Sendable {
        let value = Atomic(0)
    }

    private static let methods = RequestMethod.allCases
    private static let counts = methods.map { _ in Count() }

    /// One more.
    static func begin(_ method: RequestMethod) { add(1, method) }

    /// One less.
    static func end(_ method: RequestMethod) { add(-1, method) }

    /// All methods with their numbers.
    static var byMethod: [String: Int] {
        Dictionary(
            uniqueKeysWithValues: zip(methods, counts).map {
                ($0.rawValue, $1.value.load(ordering: .relaxed))
            })
    }

    private static func add(_ change: Int, _ method: RequestMethod) {
        guard let place = methods.firstIndex(of: method) else { return }
        counts[place].value.add(change, ordering: .relaxed)
    }
}
#endif
