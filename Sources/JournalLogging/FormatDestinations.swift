/// Where records of each form go, found out once.
struct FormatDestinations: Sendable {
    private let destinations: [LogDestination]

    init(_ destination: (JournalLogHandler.Format) -> LogDestination) {
        destinations = JournalLogHandler.Format.allCases.map(destination)
    }

    /// Where records of this form go.
    subscript(format: JournalLogHandler.Format) -> LogDestination { destinations[Int(format.number)] }
}
