import HTTPFetching
import PrometheusFormat
import Systemd

/// The traces that the exemplars of one metric name, on the page of an exporter that runs.
struct ExemplarTraces: Equatable {
    static let standardURL = "http://localhost:9568/metrics"

    /// A family, or the samples of one: `_bucket` or `_total`.
    let metric: String
    var url = standardURL

    /// What the entries of these traces have.
    ///
    /// - Throws: the `ExitStatus` where there is no such page, or no such exemplar on it, which is said then.
    func matches() throws(ExitStatus) -> [JournalMatch] {
        let page: [UInt8]
        do throws(HTTPFetchError) {
            page = try HTTPFetch(url).get().body
        } catch {
            complain("\(url): \(error)")
            throw .unavailable
        }
        let exposition: Exposition
        do throws(ExpositionError) {
            exposition = try OpenMetricsParser.parse(page)
        } catch {
            complain("\(url): this is no page of OpenMetrics, which alone has exemplars: \(error)")
            throw .badData
        }
        let matches = Self.matches(of: metric, on: exposition)
        guard !matches.isEmpty else {
            complain("\(url): no exemplar of \(metric) has a trace_id")
            throw .noInput
        }
        return matches
    }

    /// Each trace once, in the order of the page.
    static func matches(of metric: String, on page: Exposition) -> [JournalMatch] {
        var matches: [JournalMatch] = []
        for family in page.families {
            for sample in family.samples where family.name == metric || sample.name == metric {
                let id = sample.exemplar?.labels.first { $0.name == "trace_id" }?.value
                guard let match = id.flatMap(JournalQuery.trace), !matches.contains(match) else { continue }
                matches.append(match)
            }
        }
        return matches
    }
}
