@_spi(Benchmarks) import Exporting
import Heliograph

/// Making the page of metrics, piece by piece as it is sent.
enum PageBenches {
    private static let sizes = [("1k", 1000), ("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000)]

    static var all: [Bench] {
        var benches = Bench.loops("render/own", [.one]) { mode in Loops(mode, [try RenderAll(metrics: 0)]) }
        benches += Bench.loops("render/1000x1", [.one]) { mode in Loops(mode, [try RenderAll(metrics: 1000)])
        }
        for (name, count) in sizes {
            benches += Bench.loops("render/\(name)", by: .floor, [.one]) { mode in
                Loops(mode, [CopyLines(count: count)])
            }
            benches += Bench.loops("render/\(name)", [.one]) { mode in
                Loops(mode, [try Render(series: count, metrics: 1)])
            }
        }
        benches += Bench.loops("render/1000x1000", [.one]) { mode in
            Loops(mode, [try Render(series: 1000, metrics: 1000)])
        }
        benches += distribution("render/histogram10k", .histogram, series: 10_000)
        benches += distribution("render/summary1k", .summary, series: 1000)
        benches += distribution(
            "render/native10k", .histogram, series: 10_000, buckets: .native(), accept: protobuf)
        return benches
    }

    private static let protobuf =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

    private static func distribution(
        _ name: String, _ kind: MetricKind, series: Int,
        buckets: Buckets = Buckets(Inputs.boundaries + [20]), accept: String? = nil
    ) -> [Bench] {
        Bench.loops(name, [.one]) { mode in
            Loops(mode, [try Render(kind, series: series, buckets: buckets, accept: accept)])
        }
    }
}

/// A page with all that an exporter shows of itself.
private struct RenderAll: Operation {
    private let exporter: Exporter

    /// A page of the exporter's own metrics, and of others with one series each.
    init(metrics count: Int) throws {
        exporter = try Exporter(MetricSet([]))
        for index in 0..<count {
            let definition = MetricDefinition(
                .counter, name: "requests\(index)_total", help: "Requests of one kind.",
                labels: ["method", "route", "code"])
            try exporter.series(of: definition, labels: Inputs.labels(index)).record(Double(index))
        }
    }

    func perform(_ index: Int) { keep(UInt64(exporter.render().bytes.count)) }
}

/// A page of metrics alone, as the peers make it; of series that nobody holds, so that they have no copies for threads.
private struct Render: Operation {
    private let exporter: Exporter
    private let names: [String]
    private let accept: String?

    /// Counters, created in turn.
    init(series count: Int, metrics: Int) throws {
        exporter = try Exporter(MetricSet([]), configuration: .unlimited)
        accept = nil
        let definitions = (0..<metrics).map { number in
            var definition = MetricDefinition(
                .counter, name: metrics == 1 ? "requests_total" : "requests\(number)_total",
                help: "Requests.",
                labels: ["method", "route", "code"])
            definition.seriesLimit = count
            return definition
        }
        names = definitions.map(\.name)
        let families = try definitions.map(exporter.family)
        for index in 0..<count {
            let labels = Inputs.labels(index)
            for family in families { family.record(Double(index), labels[0], labels[1], labels[2]) }
        }
    }

    /// A distribution, each series of which has twenty values.
    init(_ kind: MetricKind, series count: Int, buckets: Buckets, accept: String?) throws {
        exporter = try Exporter(MetricSet([]), configuration: .unlimited)
        self.accept = accept
        names = ["sample"]
        var definition = MetricDefinition(
            kind, name: "sample", help: "A sample.", labels: ["method", "route", "code"])
        definition.buckets = buckets
        definition.seriesLimit = count
        let family = try exporter.family(of: definition)
        for index in 0..<count {
            let labels = Inputs.labels(index)
            for offset in 0..<20 {
                family.record(Inputs.values[(index + offset) & 65_535], labels[0], labels[1], labels[2])
            }
        }
    }

    func perform(_ index: Int) {
        let length = exporter.discardedPageLength(accept: accept, names: names)
        precondition(length > 0, "rendered nothing")
        keep(UInt64(length))
    }
}

/// What no exporter can do without: the text of each line is copied, and its number formatted behind it.
@safe
private final class CopyLines: Operation, @unchecked Sendable {
    // Unchecked because of the pointers, which have this one owner: the bench has one thread, which alone writes to the page.
    private let text: UnsafeMutablePointer<UInt8>
    private let ends: UnsafeMutablePointer<Int>
    private let page: UnsafeMutablePointer<UInt8>
    private let count: Int
    private static let pieceSize = 64 << 10

    init(count: Int) {
        self.count = count
        var lines: [UInt8] = []
        unsafe ends = .allocate(capacity: count)
        for index in 0..<count {
            let labels = Inputs.labels(index)
            lines +=
                "requests_total{method=\"\(labels[0])\",route=\"\(labels[1])\",code=\"\(labels[2])\"} ".utf8
            unsafe ends[index] = lines.count
        }
        unsafe text = .allocate(capacity: lines.count)
        unsafe text.initialize(from: lines, count: lines.count)
        unsafe page = .allocate(capacity: Self.pieceSize + 4096)
    }

    func perform(_ index: Int) {
        var (start, length, total) = (0, 0, 0)
        for line in 0..<count {
            let end = unsafe ends[line]
            unsafe (page + length).update(from: text + start, count: end - start)
            length += end - start
            start = end
            length = append(UInt64(line), at: length)
            if length >= Self.pieceSize {
                total += length
                length = 0
            }
        }
        unsafe keep(UInt64(total + length) &+ UInt64(page[0]))
    }

    private func append(_ number: UInt64, at start: Int) -> Int {
        var digits = 1
        var bound: UInt64 = 10
        while number >= bound {
            digits += 1
            bound *= 10
        }
        var rest = number
        for position in (start..<start + digits).reversed() {
            unsafe page[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        unsafe page[start + digits] = UInt8(ascii: "\n")
        return start + digits + 1
    }

    deinit {
        unsafe text.deallocate()
        unsafe ends.deallocate()
        unsafe page.deallocate()
    }
}
