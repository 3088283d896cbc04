// A program that ends before anybody could scrape it: it pushes its metrics, or writes them to a file.

import Heliograph

let exporter = try Exporter {}
let files = try exporter.counter("backup_files_total", "Files saved.", labels: "kind")
let duration = try exporter.gauge("backup_duration", "How long the backup took.", unit: .seconds)

let start = ContinuousClock.now
files.increment("photo", by: 3)
files.increment("text")
duration.set(ContinuousClock.now - start)

if CommandLine.arguments.count == 3 {
    try await exporter.push(
        to: CommandLine.arguments[1], job: "backup", grouping: ["path": "/home/anna"])
    try exporter.write(toTextfile: CommandLine.arguments[2])
} else {
    print("Usage: OneShot http://PUSHGATEWAY:9091 /DIRECTORY/backup.prom")
}
