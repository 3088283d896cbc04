// A job with spans: how often it runs, how often it fails and how long it takes, from one definition.

import Heliograph

struct DiskFull: Error {}

enum Backup {
    static let run = SpanEvents<String, Void>("backup.run")

    static func back(up directory: String) async throws {
        try run.span(directory) {
            guard directory != "/full" else { throw DiskFull() }
        }
    }
}

let exporter = try Exporter {
    SpanMetrics("backup", "Backups.", of: Backup.run)
}
try await Backup.back(up: "/home")
try? await Backup.back(up: "/full")
print(String(decoding: exporter.render().bytes, as: UTF8.self))
