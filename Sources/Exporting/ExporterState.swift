import Linux
import StateFiles
import TelemetryMetrics

/// Where the series of an exporter go on after the end of its process.
///
/// Counters, histograms and summaries go on over a crash, SIGKILL included, and over a deploy: while the process runs, its series lie in
/// a file on a tmpfs (`$XDG_RUNTIME_DIR`, `/run` or `/dev/shm`). A copy in the directory is written at an interval and at the end of
/// `Exporter.run`, and goes on over a start of the machine. Exporters that run side by side have one file each; one that starts
/// before the one that it replaces has ended takes a file of its own, too.
public struct ExporterState: Sendable, Equatable {
    /// The directory; made with mode 0700 where it is missing.
    public var path: String
    /// How often the copy is written while the exporter runs; zero for only at its end.
    public var interval = Duration.seconds(300)

    /// A directory on a disk, which no other program writes to.
    public static func directory(_ path: String) -> ExporterState { ExporterState(path: path) }

    private init(path: String) {
        self.path = path
    }
}

extension ExporterConfiguration {
    /// What the exporter goes on with; nil where it begins anew.
    func makeKeeper(_ addresses: [ListenAddress]) -> StateKeeper? {
        if let keeper { return keeper }
        guard let state else { return nil }
        var places = StatePlaces()
        places.directory = state.path
        places.name = StatePlaces.instance(listeningAt: addresses) ?? places.name
        places.memory = .file(instance: nil)
        places.interval = state.interval
        return StateKeeper(places, limit: storeLimits.memory)
    }
}
