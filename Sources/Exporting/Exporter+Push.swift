import HTTPFetching
import Linux
import PrometheusFormat
import TelemetryMetrics

/// For programs that end before anybody could scrape them.
///
/// Both ways take the application's metrics only: what the exporter says of itself and of the process would meet with that of others.
extension Exporter {
    /// Sends the metrics to a Pushgateway, as at the end of a job: they take the place of what it has of the same group.
    ///
    /// - Parameters:
    ///   - url: that of the gateway, as `http://localhost:9091`; `https` is not spoken.
    ///   - job: the group's label `job`; not empty.
    ///   - grouping: further labels of the group, which the metrics don't have.
    ///   - keepsOthers: whether metrics of other names stay in the group.
    ///   - timeout: how long all of it may take, without the time to look up the host's name.
    /// - Throws: `PushError`; the push can be tried again, as it changes nothing twice. `CancellationError` where the task is cancelled.
    public func push(
        to url: String, job: String, grouping: KeyValuePairs<String, String> = [:], keepsOthers: Bool = false,
        timeout: Duration = .seconds(30)
    ) async throws {
        guard !url.lowercased().hasPrefix("https://") else {
            throw PushError("A push speaks no https; send the page of render() with a client that does.")
        }
        let path = try PushPath(job: job, grouping.map { ($0.key, $0.value) })
        let trimmed = url.hasSuffix("/") ? String(url.dropLast()) : url
        let fetch = try PushError.wrapping { () throws(HTTPFetchError) in try HTTPFetch(trimmed + path.text) }
        let deadline = ContinuousClock.now + timeout
        try await DedicatedThread.value(name: "push") { [self] in
            let body = applicationPage(
                collectingUntil: min(deadline, .now + MetricStore.standardCollectorTimeout))
            try PushError.wrapping { () throws(HTTPFetchError) in
                try fetch.send(
                    keepsOthers ? "POST" : "PUT", body,
                    contentType: "text/plain; version=0.0.4; charset=utf-8",
                    within: deadline - .now)
            }
        }
    }

    /// Writes the metrics to a file that node_exporter's textfile collector reads, whose name ends in `.prom`.
    ///
    /// Who reads the file finds it whole, before or after: it is written beside, with mode 0644, and renamed.
    /// - Throws: `PushError` where it can't be written; then what was there stays.
    public func write(toTextfile path: String) throws(PushError) {
        let page = applicationPage(collectingUntil: .now + MetricStore.standardCollectorTimeout)
        let (directory, name) = Self.split(path)
        guard name.hasSuffix(".prom"), name != ".prom" else {
            throw PushError("The textfile \"\(path)\" has to end in .prom: no other file is read.")
        }
        do throws(LinuxError) {
            try TextFile.replace(name, in: directory, with: page)
        } catch {
            throw PushError("The textfile \"\(path)\" can't be written: \(error)")
        }
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let directory = path[..<slash]
        return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
    }

    /// The text format of all metrics but the exporter's own; functions that don't answer until then are left out.
    private func applicationPage(collectingUntil deadline: ContinuousClock.Instant) -> [UInt8] {
        sweepWhereDue()
        let names = store.families.filter { !$0.isInternal }.map(\.name)
        guard !names.isEmpty else { return [] }
        return PageRenderer(store, format: .text, names: Set(names)).bytes(collectingUntil: deadline)
    }
}

/// Why metrics were neither pushed nor written.
public struct PushError: Error, Equatable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    init(_ description: String) { self.description = description }

    static func wrapping<Result>(
        _ body: () throws(HTTPFetchError) -> Result
    ) throws(PushError) -> Result {
        do throws(HTTPFetchError) { return try body() } catch { throw PushError(error.description) }
    }
}
