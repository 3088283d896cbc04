/// How an operation is repeated, the last part of a bench's name.
struct Mode: Equatable, Sendable {
    let threads: Int
    /// Whether each thread has a series of its own.
    let isSplit: Bool
    /// Whether about 100 ns of other work lie between two operations.
    let hasWork: Bool

    static let one = Mode(threads: 1, isSplit: false, hasWork: false)
    static let two = Mode(threads: 2, isSplit: false, hasWork: false)
    static let split = Mode(threads: 2, isSplit: true, hasWork: false)
    static let oneWithWork = Mode(threads: 1, isSplit: false, hasWork: true)
    static let twoWithWork = Mode(threads: 2, isSplit: false, hasWork: true)
    static let all = [one, two, split, oneWithWork, twoWithWork]

    var suffix: String {
        "\(threads)t\(isSplit ? "-split" : "")\(hasWork ? "/work" : "")"
    }

    /// How many series the threads share or own.
    var seriesCount: Int { isSplit ? threads : 1 }
}
